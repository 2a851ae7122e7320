"""The geography under all domains: countries, their cities and their currencies."""

from agentic_gym_envs.world.schema import (
    Among,
    Attribute,
    Coined,
    CurrencyCode,
    Domain,
    Kind,
    Listing,
    Patterned,
    Relation,
    Spread,
)
from agentic_gym_envs.world.values import COUNT, YEAR, IntegerType, MeasureType, NameType

MOST_COUNTRIES = 60

COUNTRY = Kind(
    name="country",
    noun="country",
    plural="countries",
    domain=Domain.GEOGRAPHY,
    share=24 / 1400,
    floor=24,
    cap=MOST_COUNTRIES,
    naming=Patterned(("{}",), sharing=1),
    attributes=(
        Attribute(
            "population",
            COUNT,
            "Population",
            "the population of {}",
            ("{name} has {value} inhabitants.", "The last census counted {value} people."),
            Spread(24_000_300, 91_000_000, 7_100),
            changes=True,
        ),
        Attribute(
            "area",
            IntegerType("km²"),
            "Area",
            "the area in km² of {}",
            ("It covers {value}.", "Its territory measures {value}."),
            Spread(9_120, 840_000, 130),
        ),
        Attribute(
            "independence",
            YEAR,
            "Independent since",
            "the year in which {} became independent",
            ("{name} has been independent since {value}.", "Independence came in {value}."),
            Spread(1704, 1968),
        ),
        Attribute(
            "summit",
            IntegerType("m"),
            "Highest point",
            "the height in metres of the highest point of {}",
            ("Its highest summit rises to {value}.", "The land climbs to {value} at its highest."),
            Spread(310, 6_950, 3),
        ),
    ),
    relations=(
        Relation(
            "capital",
            "city",
            "Capital",
            "the capital of {}",
            ("Its capital is {value}.", "It is governed from {value}."),
            Among("country"),
        ),
        Relation(
            "currency",
            "currency",
            "Currency",
            "the currency of {}",
            ("People there pay in the {value}.", "Its money is the {value}."),
        ),
    ),
)

CITY = Kind(
    name="city",
    noun="city",
    plural="cities",
    domain=Domain.GEOGRAPHY,
    share=54 / 1400,
    floor=54,
    cap=300,
    naming=Patterned(("{}", "Port {}", "New {}", "{} Bay", "Upper {}"), sharing=1.25),
    attributes=(
        Attribute(
            "population",
            COUNT,
            "Population",
            "the population of {}",
            ("{name} has {value} inhabitants.", "Some {value} people live here."),
            Spread(41_200, 900_000, 37),
            changes=True,
        ),
        Attribute(
            "founded",
            YEAR,
            "Founded",
            "the year in which {} was founded",
            ("The city was founded in {value}.", "Its charter dates from {value}."),
            Spread(1102, 1790),
        ),
        Attribute(
            "elevation",
            IntegerType("m"),
            "Elevation",
            "the elevation in metres of {}",
            ("It lies {value} above the sea.", "The market square is at a height of {value}."),
            Spread(3, 1_940),
        ),
        Attribute(
            "river",
            NameType(),
            "River",
            "the river of {}",
            ("It stands on the {value}.", "The {value} runs through its old town."),
            Coined(("River {}", "{} Water")),
        ),
    ),
    relations=(
        Relation(
            "country",
            "country",
            "Country",
            "the country of {}",
            ("{name} is a city in {value}.", "It belongs to {value}."),
            listing=Listing("Cities of {}", ("population", "founded", "elevation")),
        ),
    ),
)

CURRENCY = Kind(
    name="currency",
    noun="currency",
    plural="currencies",
    domain=Domain.GEOGRAPHY,
    share=24 / 1400,
    floor=24,
    cap=MOST_COUNTRIES,
    naming=Patterned(("{} crown", "{} mark", "{} florin", "{} ducat", "{} thaler"), sharing=1),
    attributes=(
        Attribute(
            "iso",
            NameType(),
            "Currency code",
            "the three-letter code of the {}",
            ("Its three-letter code is {value}.", "Banks write it {value}."),
            CurrencyCode(),
        ),
        Attribute(
            "rate",
            MeasureType("per standard unit", 4),
            "Exchange rate",
            "the exchange rate per standard unit of the {}",
            ("The exchange rate stands at {value}.", "It trades at {value}."),
            Spread(2_113, 98_000, 7),
            changes=True,
        ),
        Attribute(
            "introduced",
            YEAR,
            "Introduced",
            "the year in which the {} was introduced",
            ("It was introduced in {value}.", "The first coins were struck in {value}."),
            Spread(1790, 1996),
        ),
    ),
)

KINDS = (COUNTRY, CITY, CURRENCY)
