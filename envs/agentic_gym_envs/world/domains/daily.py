"""Daily life: brands and their products, shops and restaurants."""

from agentic_gym_envs.world.schema import (
    Attribute,
    Depiction,
    Domain,
    Even,
    Kind,
    Listing,
    Patterned,
    Relation,
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
)

COLOURS = ("red", "blue", "green", "yellow", "black", "white", "grey", "orange", "purple", "brown")
"""The colours that things are described by."""

_LAUNCHES = (732_312, 738_885)
"""Ordinals of 1 January 2006 and 31 December 2023."""

BRAND = Kind(
    name="brand",
    noun="brand",
    plural="brands",
    domain=Domain.DAILY,
    share=24 / 1400,
    floor=24,
    cap=90,
    naming=Patterned(("{}", "{} & Co", "{} Works"), sharing=1.2),
    code_label="registration number",
    code_form="A9999A",
    depiction=Depiction.EMBLEM,
    attributes=(
        Attribute(
            "founded",
            YEAR,
            "Founded",
            "the year in which {} was founded",
            ("The company was founded in {value}.", "It has been trading since {value}."),
            Spread(1858, 2004),
        ),
        Attribute(
            "employees",
            COUNT,
            "Employees",
            "the number of employees of {}",
            ("It employs {value} people.", "Its payroll lists {value} names."),
            Spread(140, 48_000, 11),
            changes=True,
        ),
        Attribute(
            "revenue",
            MoneyType(0),
            "Yearly revenue",
            "the yearly revenue of {}",
            ("Last year it took in {value}.", "Its yearly revenue is {value}."),
            Spread(4_100_000, 920_000_000, 13_000),
            currency=("city", "country", "currency"),
            changes=True,
        ),
    ),
    relations=(
        Relation(
            "city",
            "city",
            "Headquarters",
            "the city where {} has its headquarters",
            ("{name} is run from {value}.", "Its head office is in {value}."),
        ),
        Relation(
            "manager",
            "person",
            "Managing director",
            "the managing director of {}",
            ("The company is managed by {value}.", "Its managing director is {value}."),
            changes=True,
        ),
    ),
)

PRODUCT = Kind(
    name="product",
    noun="product",
    plural="products",
    domain=Domain.DAILY,
    share=72 / 1400,
    floor=72,
    naming=Patterned(
        (
            "{} # coffee",
            "{} # tea",
            "{} # jam",
            "{} # rice",
            "{} # honey",
            "{} # cereal",
            "{} # soap",
        ),
        sharing=1.8,
    ),
    code_label="article number",
    code_form="AA9999",
    attributes=(
        Attribute(
            "price",
            MoneyType(2),
            "Price",
            "the price of the {}",
            ("It sells for {value}.", "The recommended price is {value}."),
            Spread(905, 89_900, 7),
            currency=("brand", "city", "country", "currency"),
            changes=True,
        ),
        Attribute(
            "weight",
            MeasureType("kg", 2),
            "Weight",
            "the weight in kg of the {}",
            ("It weighs {value}.", "On the scales it comes to {value}."),
            Spread(31, 2_450),
        ),
        Attribute(
            "launched",
            DayType(),
            "Launched",
            "the date on which the {} was launched",
            ("It was launched on {value}.", "The first one was sold on {value}."),
            Spread(*_LAUNCHES),
        ),
        Attribute(
            "colour",
            ChoiceType(COLOURS),
            "Standard colour",
            "the standard colour of the {}",
            ("It comes in {value}.", "The usual finish is {value}."),
            Even(),
        ),
        Attribute(
            "yearly_output",
            COUNT,
            "Made each year",
            "the number of units of the {} made each year",
            ("The line turns out {value} a year.", "Each year {value} of them are made."),
            Spread(2_300, 410_000, 17),
            changes=True,
        ),
    ),
    relations=(
        Relation(
            "brand",
            "brand",
            "Brand",
            "the brand that makes the {}",
            ("The {name} is made by {value}.", "It is sold under the name of {value}."),
            listing=Listing("Products by {}", ("price", "weight", "yearly_output")),
        ),
        Relation(
            "made_in",
            "city",
            "Made in",
            "the city where the {} is made",
            ("It is put together in {value}.", "The factory stands in {value}."),
        ),
    ),
)

SHOP = Kind(
    name="shop",
    noun="shop",
    plural="shops",
    domain=Domain.DAILY,
    share=32 / 1400,
    floor=32,
    naming=Patterned(
        ("{} Hardware", "{} Grocers", "{} & Sons", "{} Books", "{} Outfitters", "The {} Store"), sharing=1.4
    ),
    code_label="till number",
    code_form="9999AA",
    attributes=(
        Attribute(
            "opened",
            YEAR,
            "Opened",
            "the year in which {} opened",
            ("The shop opened in {value}.", "Its first customers came in {value}."),
            Spread(1881, 2021),
        ),
        Attribute(
            "area",
            IntegerType("m²"),
            "Floor area",
            "the floor area in m² of {}",
            ("It spreads over {value}.", "There are {value} of shelves and counters."),
            Spread(34, 4_700, 3),
            changes=True,
        ),
        Attribute(
            "closed_on",
            ChoiceType(WEEKDAYS),
            "Closed on",
            "the weekday on which {} is closed",
            ("It stays shut every {value}.", "There is no trade on a {value}."),
            Even(),
        ),
        Attribute(
            "daily_customers",
            COUNT,
            "Customers a day",
            "the number of customers a day at {}",
            ("About {value} customers come in a day.", "On a usual day it serves {value} customers."),
            Spread(35, 6_400, 3),
            changes=True,
        ),
    ),
    relations=(
        Relation(
            "city",
            "city",
            "City",
            "the city where {} is",
            ("{name} is a shop in {value}.", "You find it in the centre of {value}."),
            listing=Listing("Shops in {}", ("area", "daily_customers", "opened")),
        ),
        Relation(
            "stocks",
            "brand",
            "Main supplier",
            "the brand that is the main supplier of {}",
            ("Most of what it sells comes from {value}.", "Its main supplier is {value}."),
        ),
    ),
)

RESTAURANT = Kind(
    name="restaurant",
    noun="restaurant",
    plural="restaurants",
    domain=Domain.DAILY,
    share=32 / 1400,
    floor=32,
    naming=Patterned(
        ("Café {}", "Osteria {}", "The {} Table", "{} Kitchen", "{} Grill", "Chez {}"), sharing=1.4
    ),
    code_label="licence number",
    code_form="A99A99",
    attributes=(
        Attribute(
            "opened",
            YEAR,
            "Opened",
            "the year in which {} opened",
            ("It has been serving since {value}.", "The kitchen was first lit in {value}."),
            Spread(1902, 2022),
        ),
        Attribute(
            "seats",
            COUNT,
            "Seats",
            "the number of seats of {}",
            ("It seats {value} guests.", "There is room for {value} at its tables."),
            Spread(14, 390),
            changes=True,
        ),
        Attribute(
            "menu_price",
            MoneyType(2),
            "Set menu",
            "the price of the set menu of {}",
            ("The set menu costs {value}.", "Three courses come to {value}."),
            Spread(1_150, 19_900, 5),
            currency=("city", "country", "currency"),
            changes=True,
        ),
        Attribute(
            "closed_on",
            ChoiceType(WEEKDAYS),
            "Closed on",
            "the weekday on which {} is closed",
            ("The kitchen rests every {value}.", "Nobody is served on a {value}."),
            Even(),
        ),
    ),
    relations=(
        Relation(
            "city",
            "city",
            "City",
            "the city where {} is",
            ("{name} is a restaurant in {value}.", "It looks out on the old streets of {value}."),
            listing=Listing("Restaurants in {}", ("seats", "menu_price", "opened")),
        ),
        Relation(
            "chef",
            "person",
            "Chef",
            "the chef of {}",
            ("The kitchen is led by {value}.", "Its chef is {value}."),
            changes=True,
        ),
    ),
)

KINDS = (BRAND, PRODUCT, SHOP, RESTAURANT)
