"""Sports: leagues and their teams, the grounds they play on, players, and matches."""

from agentic_gym_envs.world.schema import (
    Along,
    Attribute,
    Composed,
    Dated,
    Depiction,
    Domain,
    Even,
    Evenly,
    Kind,
    Listing,
    Patterned,
    People,
    Periods,
    Relation,
    Rival,
    Spread,
)
from agentic_gym_envs.world.values import (
    COUNT,
    YEAR,
    ChoiceType,
    DayType,
    IntegerType,
    MeasureType,
    MoneyType,
)

LETTERS = tuple("ABCDEFGH")
"""Sectors and rooms are lettered from A to H."""

_MATCHES = (737_425, 739_251)
"""Ordinals of 1 January 2020 and 31 December 2024."""

_PLAYERS_BORN = (724_642, 730_119)
"""Ordinals of 1 January 1985 and 31 December 1999: of age in the first season."""

LEAGUE = Kind(
    name="league",
    noun="football league",
    plural="football leagues",
    domain=Domain.SPORTS,
    share=24 / 1400,
    floor=24,
    naming=Patterned(("{} League", "{} Premier Division", "{} Championship", "{} Conference"), sharing=1.2),
    code_label="charter number",
    code_form="A9999A",
    depiction=Depiction.EMBLEM,
    attributes=(
        Attribute(
            "founded",
            YEAR,
            "Founded",
            "the year in which the {} was founded",
            ("The league was founded in {value}.", "Its first season was that of {value}."),
            Spread(1871, 1989),
        ),
        Attribute(
            "prize",
            MoneyType(0),
            "Prize money",
            "the prize money of the {}",
            ("The winners receive {value}.", "There is {value} to be won."),
            Spread(45_000, 12_000_000, 1_000),
            currency=("country", "currency"),
        ),
        Attribute(
            "viewers",
            COUNT,
            "Weekly viewers",
            "the number of weekly viewers of the {}",
            ("Some {value} people watch it every week.", "Its weekly audience is {value}."),
            Spread(21_000, 5_400_000, 90),
        ),
    ),
    relations=(
        Relation(
            "country",
            "country",
            "Country",
            "the country where the {} is played",
            ("The {name} is played in {value}.", "Its clubs travel all over {value}."),
        ),
        Relation(
            "president",
            "person",
            "President",
            "the president of the {}",
            ("Its president is {value}.", "The chair is held by {value}."),
        ),
    ),
)

TEAM = Kind(
    name="team",
    noun="football team",
    plural="football teams",
    domain=Domain.SPORTS,
    share=60 / 1400,
    floor=60,
    naming=Patterned(
        ("{} Rovers", "{} United", "{} Athletic", "{} Wanderers", "{} Albion", "Sporting {}", "Racing {}"),
        sharing=1.4,
    ),
    code_label="club number",
    code_form="A99A99",
    depiction=Depiction.EMBLEM,
    attributes=(
        Attribute(
            "founded",
            YEAR,
            "Founded",
            "the year in which {} was founded",
            ("The club was founded in {value}.", "It first took the field in {value}."),
            Spread(1874, 1998),
        ),
        Attribute(
            "members",
            COUNT,
            "Members",
            "the number of members of {}",
            ("It counts {value} members.", "The club has {value} paying members."),
            Spread(480, 96_000, 7),
        ),
        Attribute(
            "wage_bill",
            MoneyType(0),
            "Wage bill",
            "the yearly wage bill of {}",
            ("Its wages come to {value} a year.", "Every year it pays {value} in wages."),
            Spread(190_000, 84_000_000, 1_000),
            currency=("league", "country", "currency"),
        ),
    ),
    relations=(
        Relation(
            "league",
            "league",
            "League",
            "the league that {} plays in",
            ("{name} plays in the {value}.", "The club belongs to the {value}."),
            listing=Listing("Teams of the {}", ("members", "founded", "wage_bill")),
        ),
        Relation(
            "stadium",
            "stadium",
            "Home ground",
            "the home ground of {}",
            ("Home matches are played at {value}.", "The supporters meet at {value}."),
        ),
        Relation(
            "city",
            "city",
            "City",
            "the city of {}",
            ("It is the pride of {value}.", "{name} stands for {value}."),
            Along(("stadium", "city")),
        ),
        Relation(
            "coach",
            "person",
            "Coach",
            "the coach of {}",
            ("The side is trained by {value}.", "On the bench sits {value}."),
        ),
    ),
)

STADIUM = Kind(
    name="stadium",
    noun="stadium",
    plural="stadiums",
    domain=Domain.SPORTS,
    share=32 / 1400,
    floor=32,
    naming=Patterned(("{} Park", "{} Arena", "{} Road", "{} Field", "The {} Ground"), sharing=1.4),
    code_label="venue number",
    code_form="9999AA",
    attributes=(
        Attribute(
            "capacity",
            COUNT,
            "Capacity",
            "the capacity of {}",
            ("It holds {value} spectators.", "When full it takes {value} people."),
            Spread(12_200, 91_000, 13),
        ),
        Attribute(
            "opened",
            YEAR,
            "Opened",
            "the year in which {} opened",
            ("It opened in {value}.", "The first match here was kicked off in {value}."),
            Spread(1889, 2019),
        ),
        Attribute(
            "length",
            MeasureType("m", 1),
            "Pitch length",
            "the length of the pitch of {} in metres",
            ("The pitch is {value} long.", "From goal line to goal line it measures {value}."),
            Spread(960, 1_198),
        ),
        Attribute(
            "away_sector",
            ChoiceType(LETTERS),
            "Visitors' sector",
            "the letter of the visitors' sector of {}",
            ("Visitors are seated in sector {value}.", "The away end is sector {value}."),
            Even(),
        ),
    ),
    relations=(
        Relation(
            "city",
            "city",
            "City",
            "the city where {} is",
            ("{name} is a stadium in {value}.", "It was built at the edge of {value}."),
        ),
    ),
)

PLAYER = Kind(
    name="player",
    noun="footballer",
    plural="footballers",
    domain=Domain.SPORTS,
    share=90 / 1400,
    floor=90,
    naming=People(),
    code_label="player licence",
    code_form="A9999A",
    depiction=Depiction.PORTRAIT,
    attributes=(
        Attribute(
            "born",
            DayType(),
            "Born",
            "the date on which {} was born",
            ("{name} was born on {value}.", "The birthday was {value}."),
            Spread(*_PLAYERS_BORN),
        ),
        Attribute(
            "height",
            IntegerType("cm"),
            "Height",
            "the height of {} in cm",
            ("{name} measures {value}.", "In the line-up {name} stands at {value}."),
            Spread(158, 206),
        ),
        Attribute(
            "number",
            COUNT,
            "Shirt number",
            "the shirt number of {}",
            ("The shirt bears the number {value}.", "{name} wears number {value}."),
            Spread(1, 99),
        ),
        Attribute(
            "matches",
            COUNT,
            "Matches",
            "the number of matches that {} has played",
            ("So far it has been {value} matches.", "The record shows {value} matches."),
            Spread(6, 640),
        ),
        Attribute(
            "salary",
            MoneyType(0),
            "Yearly salary",
            "the yearly salary of {}",
            ("The contract is worth {value} a year.", "The club pays {value} a year."),
            Spread(14_000, 7_900_000, 500),
            currency=("team", "league", "country", "currency"),
        ),
    ),
    relations=(
        Relation(
            "team",
            "team",
            "Team",
            "the team that {} plays for",
            ("{name} plays for {value}.", "The present club is {value}."),
            Evenly(),
            listing=Listing("Squad of {}", ("number", "height", "matches")),
            dated=Dated(
                Periods.SEASON, "Team by season", "the team that {} played for in the {period} season"
            ),
        ),
        Relation(
            "birthplace",
            "city",
            "Born in",
            "the city where {} was born",
            ("{name} grew up in {value}.", "The first lessons were had in {value}."),
        ),
    ),
)

MATCH = Kind(
    name="match",
    noun="football match",
    plural="football matches",
    domain=Domain.SPORTS,
    share=48 / 1400,
    floor=48,
    naming=Composed("{home} v {away}, {date}"),
    code_label="match number",
    code_form="AA9999",
    attributes=(
        Attribute(
            "date",
            DayType(),
            "Played on",
            "the date on which {} was played",
            ("The match was played on {value}.", "Kick-off was on {value}."),
            Spread(*_MATCHES),
            target=False,  # it stands in the match's name
        ),
        Attribute(
            "attendance",
            COUNT,
            "Attendance",
            "the attendance of {}",
            ("It was watched by {value} people.", "The gate was {value}."),
            Spread(310, 12_100, 3),
        ),
        Attribute(
            "takings",
            MoneyType(0),
            "Gate receipts",
            "the gate receipts of {}",
            ("Tickets brought in {value}.", "The box office counted {value}."),
            Spread(2_900, 290_000, 10),
            currency=("league", "country", "currency"),
        ),
        Attribute(
            "home_goals",
            COUNT,
            "Home goals",
            "the number of goals of the home team in {}",
            ("The hosts scored {value} times.", "Home goals: {value}."),
            Spread(0, 5),
            target=False,
        ),
        Attribute(
            "away_goals",
            COUNT,
            "Away goals",
            "the number of goals of the away team in {}",
            ("The visitors scored {value} times.", "Away goals: {value}."),
            Spread(0, 4),
            target=False,
        ),
    ),
    relations=(
        Relation(
            "home",
            "team",
            "Home team",
            "the home team of {}",
            ("The hosts were {value}.", "At home: {value}."),
        ),
        Relation(
            "away",
            "team",
            "Away team",
            "the away team of {}",
            ("The visitors were {value}.", "On the road: {value}."),
            Rival("home", "league"),
        ),
        Relation(
            "league",
            "league",
            "League",
            "the league in which {} was played",
            ("It counted for the {value}.", "The points went into the table of the {value}."),
            Along(("home", "league")),
            listing=Listing("Matches of the {}", ("date", "attendance", "takings")),
        ),
        Relation(
            "stadium",
            "stadium",
            "Stadium",
            "the stadium where {} was played",
            ("It took place at {value}.", "The venue was {value}."),
            Along(("home", "stadium")),
        ),
        Relation(
            "referee",
            "person",
            "Referee",
            "the referee of {}",
            ("The whistle was blown by {value}.", "The referee was {value}."),
        ),
    ),
)

KINDS = (LEAGUE, TEAM, STADIUM, PLAYER, MATCH)
