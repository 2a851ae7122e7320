"""Knowledge: museums, artworks and their artists, species, and monuments."""

from agentic_gym_envs.world.schema import (
    Attribute,
    Coined,
    Depiction,
    Domain,
    Even,
    Kind,
    Listing,
    Patterned,
    People,
    Relation,
    Since,
    Spread,
)
from agentic_gym_envs.world.values import (
    COUNT,
    WEEKDAYS,
    YEAR,
    ChoiceType,
    DayType,
    IntegerType,
    MeasureType,
    MoneyType,
    NameType,
)

ROOMS = tuple("ABCDEFGHJK")
"""Letters of a museum's rooms (there is no room I)."""

MUSEUM = Kind(
    name="museum",
    noun="museum",
    plural="museums",
    domain=Domain.KNOWLEDGE,
    share=24 / 1400,
    floor=24,
    naming=Patterned(("{} Museum", "{} Gallery", "{} Collection", "{} House"), sharing=1.3),
    code_label="museum number",
    code_form="9999AA",
    depiction=Depiction.EMBLEM,
    attributes=(
        Attribute(
            "founded",
            YEAR,
            "Founded",
            "the year in which the {} was founded",
            ("The museum was founded in {value}.", "Its doors first opened in {value}."),
            Spread(1788, 1984),
        ),
        Attribute(
            "visitors",
            COUNT,
            "Visitors a year",
            "the number of visitors a year of the {}",
            ("It draws {value} visitors a year.", "Each year {value} people walk its halls."),
            Spread(12_000, 2_600_000, 110),
        ),
        Attribute(
            "ticket",
            MoneyType(2),
            "Ticket",
            "the price of a ticket to the {}",
            ("A ticket costs {value}.", "Entrance is {value}."),
            Spread(210, 3_900, 5),
            currency=("city", "country", "currency"),
        ),
        Attribute(
            "closed_on",
            ChoiceType(WEEKDAYS),
            "Closed on",
            "the weekday on which the {} is closed",
            ("It is closed every {value}.", "The guards have {value} off."),
            Even(),
        ),
    ),
    relations=(
        Relation(
            "city",
            "city",
            "City",
            "the city where the {} is",
            ("The {name} is in {value}.", "It is the best known house of {value}."),
        ),
        Relation(
            "director",
            "person",
            "Director",
            "the director of the {}",
            ("Its director is {value}.", "The keys are with {value}."),
        ),
    ),
)

ARTIST = Kind(
    name="artist",
    noun="artist",
    plural="artists",
    domain=Domain.KNOWLEDGE,
    share=30 / 1400,
    floor=30,
    naming=People(),
    code_label="archive signature",
    code_form="A99A99",
    depiction=Depiction.PORTRAIT,
    attributes=(
        Attribute(
            "born",
            DayType(),
            "Born",
            "the date on which {} was born",
            ("{name} was born on {value}.", "The parish book gives {value} as the birthday."),
            Spread(630_000, 701_000),
        ),
        Attribute(
            "works",
            COUNT,
            "Catalogued works",
            "the number of catalogued works of {}",
            ("The catalogue lists {value} works.", "In all {value} works are known."),
            Spread(23, 1_900),
        ),
    ),
    relations=(
        Relation(
            "birthplace",
            "city",
            "Born in",
            "the city where {} was born",
            ("{name} was a child of {value}.", "The family lived in {value}."),
        ),
    ),
)

ARTWORK = Kind(
    name="artwork",
    noun="artwork",
    plural="artworks",
    domain=Domain.KNOWLEDGE,
    share=60 / 1400,
    floor=60,
    naming=Patterned(
        (
            "Portrait of {}",
            "{} in Winter",
            "The Bridge at {}",
            "Harvest near {}",
            "{} at Dusk",
            "Still Life with {} Vase",
            "The Harbour of {}",
        ),
        sharing=1.6,
    ),
    code_label="inventory number",
    code_form="9999AA",
    depiction=Depiction.PAINTING,
    attributes=(
        Attribute(
            "made",
            YEAR,
            "Made in",
            "the year in which {} was made",
            ("It was finished in {value}.", "It bears the date {value}."),
            Since(("artist",), "born", 19, 68),
        ),
        Attribute(
            "width",
            MeasureType("cm", 1),
            "Width",
            "the width of {} in cm",
            ("It is {value} wide.", "From side to side it measures {value}."),
            Spread(181, 4_200),
        ),
        Attribute(
            "height",
            MeasureType("cm", 1),
            "Height",
            "the height of {} in cm",
            ("It is {value} high.", "From top to bottom it measures {value}."),
            Spread(174, 3_400),
        ),
        Attribute(
            "room",
            ChoiceType(ROOMS),
            "Room",
            "the letter of the room where {} hangs",
            ("It hangs in room {value}.", "Visitors look for it in room {value}."),
            Even(),
        ),
        Attribute(
            "insured",
            MoneyType(0),
            "Insured for",
            "the sum that {} is insured for",
            ("It is insured for {value}.", "The policy names a sum of {value}."),
            Spread(8_500, 38_000_000, 500),
            currency=("museum", "city", "country", "currency"),
        ),
    ),
    relations=(
        Relation(
            "museum",
            "museum",
            "Museum",
            "the museum that keeps {}",
            ("{name} is kept at the {value}.", "It belongs to the {value}."),
            listing=Listing("Works in the {}", ("room", "made", "insured")),
        ),
        Relation(
            "artist",
            "artist",
            "Artist",
            "the artist who made {}",
            ("It is a work of {value}.", "It was made by {value}."),
        ),
    ),
)

SPECIES = Kind(
    name="species",
    noun="species",
    plural="species",
    domain=Domain.KNOWLEDGE,
    share=32 / 1400,
    floor=32,
    naming=Patterned(
        ("{} warbler", "{} orchid", "{} sedge", "{} beetle", "{} lily", "{} finch", "{} thistle"), sharing=1.6
    ),
    code_label="plate number",
    code_form="AA9999",
    attributes=(
        Attribute(
            "described",
            YEAR,
            "First described",
            "the year in which the {} was first described",
            ("It was first described in {value}.", "Science has known it since {value}."),
            Spread(1758, 1949),
        ),
        Attribute(
            "latin",
            NameType(),
            "Scientific name",
            "the scientific name of the {}",
            ("Its scientific name is {value}.", "Botanists and zoologists write {value}."),
            Coined(("{} minor", "{} borealis", "{} vulgaris", "{} maritima")),
        ),
        Attribute(
            "length",
            MeasureType("mm", 1),
            "Length",
            "the length of the {} in mm",
            ("It grows to {value}.", "A full-grown one measures {value}."),
            Spread(34, 3_900),
        ),
        Attribute(
            "sightings",
            COUNT,
            "Sightings a year",
            "the number of sightings a year of the {}",
            ("It is seen {value} times a year.", "Watchers note {value} sightings a year."),
            Spread(17, 9_900),
        ),
    ),
    relations=(
        Relation(
            "country",
            "country",
            "Native to",
            "the country that the {} is native to",
            ("The {name} is native to {value}.", "It lives wild in {value}."),
        ),
        Relation(
            "museum",
            "museum",
            "Type specimen",
            "the museum that keeps the type specimen of the {}",
            ("The type specimen lies in the {value}.", "The first one found is kept by the {value}."),
        ),
    ),
)

MONUMENT = Kind(
    name="monument",
    noun="monument",
    plural="monuments",
    domain=Domain.KNOWLEDGE,
    share=30 / 1400,
    floor=30,
    naming=Patterned(("{} Column", "{} Arch", "{} Obelisk", "{} Memorial", "{} Fountain"), sharing=1.4),
    code_label="heritage number",
    code_form="A9999A",
    attributes=(
        Attribute(
            "unveiled",
            DayType(),
            "Unveiled",
            "the date on which the {} was unveiled",
            ("It was unveiled on {value}.", "The cloth fell on {value}."),
            Since(("sculptor",), "born", 24, 66),
        ),
        Attribute(
            "height",
            MeasureType("m", 2),
            "Height",
            "the height of the {} in metres",
            ("It stands {value} tall.", "From its foot to its tip it measures {value}."),
            Spread(214, 7_900),
        ),
        Attribute(
            "weight",
            IntegerType("t"),
            "Weight",
            "the weight of the {} in tonnes",
            ("Its stone weighs {value}.", "The ground carries {value}."),
            Spread(6, 4_100),
        ),
    ),
    relations=(
        Relation(
            "city",
            "city",
            "City",
            "the city where the {} stands",
            ("The {name} stands in {value}.", "It looks down on a square of {value}."),
            listing=Listing("Monuments in {}", ("height", "weight", "unveiled")),
        ),
        Relation(
            "sculptor",
            "artist",
            "Sculptor",
            "the sculptor of the {}",
            ("It is the work of {value}.", "It was carved by {value}."),
        ),
    ),
)

KINDS = (MUSEUM, ARTIST, ARTWORK, SPECIES, MONUMENT)
