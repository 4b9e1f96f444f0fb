"""The words the renderer knows: each concept with the ways people write it.

A phrase matches whole words, in the singular or plural. Longer phrases win, so that a kelp forest is not a forest.
"""

from __future__ import annotations

TIMES: dict[str, str] = {
    "dawn": "dawn|daybreak|sunrise|first light|early morning",
    "morning": "morning|breakfast",
    "noon": "noon|midday|day|daylight|daytime|afternoon|sunny|bright sun|blue sky|summer",
    "golden": "golden hour|golden light|late afternoon|warm light|low sun|golden",
    "sunset": "sunset|sundown|setting sun|red sky",
    "dusk": "dusk|twilight|evening|gloaming",
    "blue hour": "blue hour",
    "night": ("night|nighttime|moonlit|moonlight|moon|starry|stars|nocturnal|crickets|full moon|dark sky|milky way"),
    "midnight": "midnight|pitch dark|dead of night",
}

PLACES: dict[str, str] = {
    "mountains": (
        "mountain|ridge|peak|alps|alpine|summit|himalaya|fjord|hill|highland|valley|range|cliff|landscape|horizon"
    ),
    "desert": "desert|dune|sahara|sand|oasis|pyramid|camel",
    "canyon": "canyon|mesa|badlands|gorge|butte|grand canyon|monument valley|mars|martian",
    "sea": "sea|ocean|beach|coast|shore|seaside|wave|bay|harbour|harbor|surf|cape|open water|lagoon|tide|port",
    "island": "island|islet|atoll|palm beach|tropical beach",
    "lake": "lake|pond|river|stream|reflection|loch|reservoir|wetland|marsh|swamp",
    "waterfall": "waterfall|cascade|cataract|falls",
    "volcano": "volcano|lava|eruption|magma|crater",
    "forest": "forest|wood|woodland|jungle|rainforest|grove|redwood|tree|pine|birch|bamboo|taiga|undergrowth",
    "underwater": (
        "underwater|kelp|kelp forest|reef|coral reef|under the sea|seabed|ocean floor|deep sea|aquarium|"
        "submarine|diver|diving|seaweed"
    ),
    "city": (
        "city|skyline|street|downtown|skyscraper|metropolis|urban|town|rooftop|roof|alley|tokyo|new york|"
        "hong kong|paris|london|cyberpunk|cityscape|traffic|building|shibuya|market|subway|bridge"
    ),
    "village": "village|hamlet|cottage|cabin|farm|farmhouse|chalet|barn|hut|windmill",
    "meadow": (
        "meadow|field|flower field|field of flowers|wildflower|wildflowers|prairie|grassland|grass|pasture|"
        "poppies|poppy|lavender field|tulip|tulips|sunflower|sunflowers|wheat|steppe|savanna|savannah|"
        "spring"
    ),
    "garden": (
        "garden|zen garden|japanese garden|cherry blossom|cherry blossoms|sakura|orchard|park|blossom|"
        "blossoms|kyoto|japan"
    ),
    "arctic": "arctic|antarctic|glacier|iceberg|polar|tundra|ice|frozen|north pole|greenland|iceland",
    "space": (
        "space|planet|galaxy|nebula|cosmos|cosmic|universe|solar system|orbit around|saturn|jupiter|"
        "asteroid|black hole|interstellar|outer space|spacesuit|starship"
    ),
    "interior": (
        "kitchen|room|interior|bedroom|living room|desk|table|window sill|windowsill|by the window|at the window|"
        "window seat|out of the window|library|cafe|café|coffee shop|"
        "studio apartment|office|attic|home|house interior|armchair|fireplace|bathroom|restaurant|bookshop|"
        "workshop"
    ),
    "still life": (
        "still life|product|plinth|pedestal|podium|bottle|vase|perfume|packshot|cup|mug|teapot|teacup|"
        "watch|shoe|sneaker|jar|fruit|pear|apple|lemon"
    ),
    "fluid": ("fluid|marble|marbled|ink in water|liquid|swirl|acrylic pour|smoke|molten|paint|abstract|agate|chaos"),
    "silk": ("silk|ribbon|fabric|cloth|velvet|satin|veil|dream|dreams|music|song|emotion|feeling|love|memory|memories"),
    "spheres": "sphere|glossy|ball|bubble|orb|balloon animals|3d shapes|3d render|glass balls|pearls|marbles|candy",
    "geometry": (
        "geometric|bauhaus|geometry|shapes|cubes|cube|triangle|circle|poster|minimalist poster|pattern|"
        "mosaic|grid|report|chart|graph|logo|infographic|data|quarterly|strategy|business"
    ),
    "paper": (
        "paper cut|papercut|paper hill|paper landscape|paper world|paper theatre|origami|paper crane|"
        "paper cranes|layered paper|collage|cardboard"
    ),
    "bloom": (
        "flower|dahlia|lotus|rose|peony|petal|petals|chrysanthemum|bloom|blooming|blossoming|mandala|"
        "camellia|lily|ranunculus|orchid|marigold"
    ),
    "sky": "sky|cloud|clouds|above the clouds|heaven|flying|flight|aeroplane|airplane|plane",
}

WEATHERS: dict[str, str] = {
    "fog": "fog|foggy|mist|misty|haze|hazy",
    "rain": "rain|rainy|raining|drizzle|downpour|puddle|monsoon",
    "snow": "snow|snowy|snowing|snowfall|snowflake|blizzard|winter|wintry|christmas|frost|frosty",
    "storm": "storm|stormy|thunder|thunderstorm|lightning|tempest",
    "wind": "wind|windy|breeze|breezy|gust",
    "clear": "clear sky|cloudless|clear",
    "clouds": "cloud|clouds|cloudy|overcast",
    "aurora": "aurora|northern lights|aurora borealis|polar lights",
    "stars": "star|stars|starry|milky way|starlight|constellation|shooting star|meteor|meteors|comet",
    "fireflies": "firefly|fireflies|sparks|glowing particles|magic|magical|fairy|enchanted",
    "petals": "falling petals|cherry blossom|cherry blossoms|sakura|petals|confetti",
    "leaves": "autumn|fall leaves|falling leaves|leaves|foliage|october|november",
    "embers": "ember|embers|fire|campfire|bonfire|lava|eruption|volcano|burning|flame|flames",
    "dust": "dust|dusty|dust motes|pollen|sun shafts|sunbeam|sunbeams|god rays|light rays",
    "fireworks": "firework|fireworks|new year|celebration|festival",
    "sun": "sun|sunshine|sunlit",
    "moon": "moon|moonlit|moonlight|moonrise|full moon|crescent",
}

SUBJECTS: dict[str, str] = {
    "lighthouse": "lighthouse|light house|beacon",
    "boat": "boat|sailing boat|sailboat|sail|yacht|ship|canoe|regatta|schooner|paper boat|rowing boat",
    "whale": "whale|orca|humpback",
    "dolphin": "dolphin|porpoise",
    "fish": "fish|school of fish|shoal|goldfish|koi|salmon|tuna",
    "jellyfish": "jellyfish|medusa|jelly",
    "turtle": "turtle|tortoise|sea turtle",
    "cat": "cat|kitten|kitty|tomcat",
    "fox": "fox|foxes|vixen",
    "dog": "dog|puppy|hound|corgi|labrador",
    "wolf": "wolf|wolves|coyote|werewolf",
    "deer": "deer|stag|elk|moose|reindeer|antler|antlers|doe|fawn",
    "horse": "horse|horses|pony|stallion|mustang|unicorn",
    "owl": "owl|owls",
    "rabbit": "rabbit|bunny|hare",
    "bear": "bear|polar bear|grizzly|panda",
    "elephant": "elephant|mammoth",
    "birds": (
        "bird|birds|gull|seagull|swallow|geese|goose|flock|crow|raven|eagle|heron|starling|murmuration|"
        "crane|swan|hummingbird"
    ),
    "butterflies": "butterfly|butterflies|moth|dragonfly|bee|bees",
    "person": (
        "person|people|man|woman|girl|boy|figure|traveller|traveler|hiker|wanderer|monk|keeper|child|kid|"
        "someone|silhouette|dancer|dancing|surfer|samurai|warrior|knight|wizard|grandmother|grandfather|"
        "friend|lovers|couple|mother|father|king|queen|hero|portrait|singer|sailor|climber|explorer"
    ),
    "astronaut": "astronaut|cosmonaut|spaceman|spacesuit|space suit",
    "robot": "robot|android|mech|droid|cyborg",
    "castle": "castle|fortress|palace|citadel|tower|kingdom",
    "temple": "temple|pagoda|shrine|monastery|dojo",
    "torii": "torii|shinto gate|gate",
    "windmill": "windmill|mill",
    "house": "house|cottage|cabin|barn|hut|chalet|farmhouse|home|village|farm",
    "balloon": "hot air balloon|hot-air balloon|hot air balloons|balloon|balloons|airship|zeppelin",
    "train": "train|locomotive|railway|steam train|express|tram",
    "cranes": "paper crane|paper cranes|origami|origami crane|paper bird|paper birds",
    "camels": "camel|camels|caravan",
    "cactus": "cactus|cacti|saguaro",
    "palm": "palm|palm tree|coconut|tropical",
    "tent": "tent|campsite|camping|camp",
    "cherry": "cherry blossom|cherry tree|sakura|cherry blossoms|blossom tree",
    "lantern": "lantern|lanterns|paper lantern|sky lantern|floating lantern",
    "rocket": "rocket|spaceship|starship|spacecraft|shuttle",
    "planet": "planet|saturn|jupiter|ringed planet|mars|moons",
    "galaxy": "galaxy|spiral galaxy|milky way|andromeda",
    "umbrella": "umbrella|umbrellas|parasol",
    "cup": "cup|mug|coffee|tea|teacup|espresso|latte|cocoa|noodles|soup|ramen|bowl|breakfast",
    "lamp": "lamp|desk lamp|lampshade|candle|lantern light",
    "vase": "vase|bouquet|flowers in a vase|pot plant|plant|houseplant",
    "books": "book|books|library|bookshelf|reading|bookshop|notebook|study",
    "bottle": "bottle|perfume|flacon|product|jar|cosmetics|serum|wine",
    "fruit": "fruit|pear|apple|lemon|orange slices|lemons|apples|pears|peach fruit|grapes",
    "pines": "pine|pines|spruce|fir|conifer|tree line|treeline|taiga",
    "pyramid": "pyramid|pyramids|giza",
    "iceberg": "iceberg|icebergs|glacier|ice floe",
    "surfboard": "surfer|surfing",
}

STYLES: dict[str, str] = {
    "sumi": "sumi|sumi-e|sumie|ink wash|ink painting|calligraphy|wet paper|brush painting|chinese painting",
    "ukiyo-e": "ukiyo-e|ukiyo|woodblock|hokusai|hiroshige|japanese print",
    "paper": "paper cut|papercut|paper-cut|layered paper|collage",
    "watercolour": "watercolour|watercolor|gouache|aquarelle|painted|painting|oil painting|impressionist|brush strokes",
    "grain": "film grain|35mm|35 mm|16mm|analog|analogue|kodak|polaroid|vintage|super 8",
    "synthwave": "synthwave|retrowave|vaporwave|outrun|80s|eighties|retro",
    "minimal": "minimal|minimalist|minimalism|negative space|simple",
    "noir": "noir|black and white|monochrome|black-and-white|b&w|greyscale|grayscale",
    "sepia": "sepia|daguerreotype|old photograph|old photo",
    "pastel": "pastel|pastels|soft colours|soft colors|candy colours|candy colors",
    "neon": "neon|cyberpunk|blade runner",
}

MOODS: dict[str, str] = {
    "vivid": "vivid|vibrant|bold|colourful|colorful|psychedelic|saturated|bright colours|epic",
    "muted": "muted|calm|quiet|melancholy|melancholic|lonely|sad|serene|peaceful|gentle|soft|lo-fi|lofi",
    "dark": "dark|moody|gloomy|ominous|scary|horror|eerie|mysterious",
}

MOVES: dict[str, str] = {
    "pan left": (
        "pan left|pans left|panning left|pan to the left|camera moves left|truck left|tracking left|slide left"
    ),
    "pan right": (
        "pan right|pans right|panning right|pan to the right|camera moves right|truck right|tracking right|"
        "slide right|slow pan|panning|pan|tracking shot|side scroll"
    ),
    "tilt up": "tilt up|tilts up|tilting up|look up|looking up",
    "tilt down": "tilt down|tilts down|tilting down|look down|looking down",
    "zoom in": (
        "zoom in|zooms in|zooming in|dolly in|push in|push-in|pushes in|dolly forward|moves forward|"
        "move closer|dolly|fly through|flying through|fpv|approach"
    ),
    "zoom out": (
        "zoom out|zooms out|zooming out|dolly out|pull back|pull-back|pulls back|pull out|reveal|dolly back|moves back"
    ),
    "crane up": "crane up|crane shot|rises|camera rises|rising camera|pedestal up|drone|aerial|boom up|ascending",
    "crane down": "crane down|camera descends|descending|lowers|pedestal down|boom down",
    "orbit": "orbit|orbiting|arc shot|circling|circles around|rotating around|parallax|revolve|360",
    "handheld": "handheld|hand-held|hand held|shaky|documentary|vlog",
    "static": "static|locked off|locked-off|tripod|still camera|fixed camera|no camera movement",
    "drift": "slow drift|drift|drifting camera|floating camera|gliding|glide",
}

PACES: dict[str, str] = {
    "slow": "slow motion|slow-motion|slo-mo|slowly|slow|gentle|120 fps|120fps",
    "fast": "timelapse|time-lapse|time lapse|hyperlapse|fast|rapid|speeding",
}
