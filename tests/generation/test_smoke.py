"""A local image from the form to a draft."""

from tests.engine import ask, settle


def test_an_image_asked_for_becomes_a_draft(app, ada):
    with app.app_context():
        done = settle(ask(ada.id))
        assert done.state == "draft"
        assert done.media_type == "image/png"
    assert ada.balance() == 95
