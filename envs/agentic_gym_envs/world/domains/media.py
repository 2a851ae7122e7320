"""Media: studios, their films and albums, and the people who make them."""

from agentic_gym_envs.world.schema import (
    Attribute,
    Coined,
    Depiction,
    Domain,
    Kind,
    Listing,
    Patterned,
    People,
    Relation,
    Several,
    Since,
    Spread,
)
from agentic_gym_envs.world.values import (
    COUNT,
    YEAR,
    DayType,
    IntegerType,
    MeasureType,
    MoneyType,
    NameType,
)

_BIRTHS = (707_456, 719_892)
"""Ordinals of 1 January 1938 and 31 December 1971: everybody is of age at the first release."""
_RELEASES = (727_929, 738_885)
"""Ordinals of 1 January 1994 and 31 December 2023."""
_STUDIO_CURRENCY = ("studio", "city", "country", "currency")

STUDIO = Kind(
    name="studio",
    noun="film and record studio",
    plural="film and record studios",
    domain=Domain.MEDIA,
    share=24 / 1400,
    floor=24,
    cap=90,
    naming=Patterned(("{} Pictures", "{} Studios", "{} Film", "{} Media"), sharing=1.3),
    code_label="trade register number",
    code_form="A9999A",
    depiction=Depiction.EMBLEM,
    attributes=(
        Attribute(
            "founded",
            YEAR,
            "Founded",
            "the year in which {} was founded",
            ("The studio was founded in {value}.", "Its story begins in {value}."),
            Spread(1911, 1993),
        ),
        Attribute(
            "staff",
            COUNT,
            "Staff",
            "the number of staff of {}",
            ("It has a staff of {value}.", "On its lot {value} people work."),
            Spread(60, 9_400, 7),
            changes=True,
        ),
        Attribute(
            "lot",
            MeasureType("ha", 1),
            "Studio lot",
            "the size in hectares of the lot of {}",
            ("Its lot measures {value}.", "Stages and workshops fill {value}."),
            Spread(11, 960),
            changes=True,
        ),
    ),
    relations=(
        Relation(
            "city",
            "city",
            "City",
            "the city where {} is based",
            ("{name} works from {value}.", "Its gates are in {value}."),
        ),
        Relation(
            "head",
            "person",
            "Head",
            "the head of {}",
            ("It is headed by {value}.", "The last word there is with {value}."),
            changes=True,
        ),
    ),
)

FILM = Kind(
    name="film",
    noun="film",
    plural="films",
    domain=Domain.MEDIA,
    share=48 / 1400,
    floor=48,
    naming=Patterned(
        (
            "The Lanterns of {}",
            "Return to {}",
            "{} by Night",
            "A Winter in {}",
            "The {} Affair",
            "Last Train to {}",
            "The Silence of {}",
        ),
        sharing=1.6,
    ),
    code_label="film archive number",
    code_form="AA9999",
    attributes=(
        Attribute(
            "released",
            DayType(),
            "Released",
            "the date on which {} was released",
            ("It was released on {value}.", "It opened in cinemas on {value}."),
            Spread(*_RELEASES),
        ),
        Attribute(
            "runtime",
            IntegerType("min"),
            "Running time",
            "the running time in minutes of {}",
            ("It runs for {value}.", "The final cut lasts {value}."),
            Spread(74, 214),
        ),
        Attribute(
            "budget",
            MoneyType(0),
            "Budget",
            "the budget of {}",
            ("It was made for {value}.", "The budget came to {value}."),
            Spread(310_000, 95_000_000, 9_000),
            currency=_STUDIO_CURRENCY,
        ),
        Attribute(
            "takings",
            MoneyType(0),
            "Takings",
            "the takings of {}",
            ("In cinemas it took {value}.", "Its takings reached {value}."),
            Spread(450_000, 310_000_000, 21_000),
            currency=_STUDIO_CURRENCY,
            changes=True,
        ),
        Attribute(
            "working_title",
            NameType(),
            "Working title",
            "the working title of {}",
            ("During the shoot it was called {value}.", "The script still bore the name {value}."),
            Coined(("Project {}", "Operation {}", "{} Road")),
        ),
    ),
    relations=(
        Relation(
            "studio",
            "studio",
            "Studio",
            "the studio that made {}",
            ("{name} is a film by {value}.", "It was produced by {value}."),
            listing=Listing("Films of {}", ("released", "runtime", "budget")),
        ),
        Relation(
            "director",
            "person",
            "Director",
            "the director of {}",
            ("It was directed by {value}.", "Behind the camera stood {value}."),
        ),
        Relation(
            "cast",
            "person",
            "Cast",
            "the cast of {}",
            ("The leading parts are played by {value}.", "On the screen we see {value}."),
            Several(2, 4),
            functional=False,
        ),
    ),
)

ALBUM = Kind(
    name="album",
    noun="album",
    plural="albums",
    domain=Domain.MEDIA,
    share=32 / 1400,
    floor=32,
    naming=Patterned(
        ("Letters to {}", "{} Sessions", "Songs from {}", "Under {} Skies", "Echoes of {}", "{} in Blue"),
        sharing=1.5,
    ),
    code_label="catalogue number",
    code_form="AA9999",
    attributes=(
        Attribute(
            "released",
            DayType(),
            "Released",
            "the date on which {} was released",
            ("It came out on {value}.", "It reached the shops on {value}."),
            Spread(*_RELEASES),
        ),
        Attribute(
            "length",
            MeasureType("min", 1),
            "Length",
            "the length in minutes of {}",
            ("It plays for {value}.", "From first note to last it takes {value}."),
            Spread(241, 940),
        ),
        Attribute(
            "copies",
            COUNT,
            "Copies sold",
            "the number of copies of {} sold",
            ("It has sold {value} copies.", "By now {value} copies are in people's homes."),
            Spread(3_100, 2_800_000, 37),
            changes=True,
        ),
    ),
    relations=(
        Relation(
            "performer",
            "person",
            "Performer",
            "the performer of {}",
            ("{name} is an album by {value}.", "It was sung and played by {value}."),
        ),
        Relation(
            "studio",
            "studio",
            "Recorded at",
            "the studio where {} was recorded",
            ("It was recorded at {value}.", "The tapes were made by {value}."),
            listing=Listing("Albums recorded at {}", ("length", "copies", "released")),
        ),
    ),
)

PERSON = Kind(
    name="person",
    noun="person",
    plural="people",
    domain=Domain.MEDIA,
    share=60 / 1400,
    floor=60,
    naming=People(),
    code_label="guild card number",
    code_form="A99A99",
    depiction=Depiction.PORTRAIT,
    attributes=(
        Attribute(
            "born",
            DayType(),
            "Born",
            "the date on which {} was born",
            ("{name} was born on {value}.", "The birth was registered on {value}."),
            Spread(*_BIRTHS),
        ),
        Attribute(
            "height",
            IntegerType("cm"),
            "Height",
            "the height in cm of {}",
            ("{name} is {value} tall.", "A tailor would note a height of {value}."),
            Spread(149, 203),
        ),
        Attribute(
            "debut",
            YEAR,
            "First appearance",
            "the year in which {} first appeared in public",
            ("The first public appearance was in {value}.", "The public got to know {name} in {value}."),
            Since((), "born", 14, 42),
        ),
    ),
    relations=(
        Relation(
            "birthplace",
            "city",
            "Born in",
            "the city where {} was born",
            ("{name} comes from {value}.", "Childhood was spent in {value}."),
        ),
        Relation(
            "home",
            "city",
            "Lives in",
            "the city where {} lives",
            ("Today {name} lives in {value}.", "Home is now a flat in {value}."),
            changes=True,
        ),
    ),
)

KINDS = (STUDIO, FILM, ALBUM, PERSON)
