"""Which children Kinora has, and when."""

from pathlib import Path

from app.config import Config, load
from app.supervising.child import Child
from app.supervising.redis_server import RedisServer
from app.supervising.supervisor import kinora


def laptop(folder: Path, **more: str) -> Config:
    """A configuration without configuration."""
    return load({"KINORA_DATA": str(folder), **more})


def children(config: Config) -> dict[str, Child]:
    """Kinora's children by name."""
    return {child.name: child for child in kinora(config, RedisServer(config.data / "redis"))}


def test_the_first_start_makes_tables_and_sample_works(tmp_path: Path) -> None:
    first = children(laptop(tmp_path))
    assert list(first) == ["migrate", "web", "worker", "seed", "redis"]
    assert first["web"].after == first["worker"].after == ("migrate", "redis")
    assert first["seed"].after == ("web", "worker")
    assert first["migrate"].one_shot
    assert first["seed"].one_shot


def test_sample_works_are_made_once_and_only_after_a_first_start(tmp_path: Path) -> None:
    first = children(laptop(tmp_path))
    (tmp_path / "kinora.db").touch()
    assert "seed" in children(laptop(tmp_path)), "they were not finished"
    assert first["seed"].on_ready
    first["seed"].on_ready()
    assert "seed" not in children(laptop(tmp_path))
    (tmp_path / "older").mkdir()
    (tmp_path / "older" / "kinora.db").touch()
    assert "seed" not in children(laptop(tmp_path / "older"))


def test_a_database_of_your_own_gets_no_sample_works(tmp_path: Path) -> None:
    assert "seed" not in children(laptop(tmp_path, DATABASE_URL="postgresql://127.0.0.1/kinora"))


def test_children_are_told_where_redis_and_the_data_are(tmp_path: Path) -> None:
    told = children(laptop(tmp_path))["worker"].env
    assert told == {"KINORA_DATA": str(tmp_path), "REDIS_URL": f"unix://{tmp_path}/redis/redis.sock?db=0"}


def test_with_a_redis_of_your_own_there_is_none(tmp_path: Path) -> None:
    alone = {child.name: child for child in kinora(laptop(tmp_path, REDIS_URL="redis://127.0.0.1"), None)}
    assert "redis" not in alone
    assert alone["web"].after == ("migrate",)
    assert "REDIS_URL" not in alone["web"].env
