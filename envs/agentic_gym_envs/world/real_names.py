"""Names that exist, which no coined word may be: places, brands, teams, people and common words.

A modest list by hand. It holds what a syllable grammar is likely to hit, not all that exists; words of
one letter pattern that the grammar cannot make are left out where they are not instructive.
"""

_PLACES = """
adelaide albania algeria amman amsterdam andorra angola ankara antwerp arizona armenia aruba asuncion athens
atlanta auckland austin austria baden baghdad bahrain baku bali balkan baltic bamako bangkok barbados
barcelona basel batumi bavaria beirut belarus belfast belgium belgrade belize bengal benin bergamo berlin
bermuda bern bhutan bilbao bogota bolivia bologna bonn bordeaux borneo bosnia boston botswana brasilia
brazil bremen brisbane bristol brunei brussels bucharest budapest bulgaria burma burundi cairo calais
calcutta cambodia cambridge cameroon canada canberra canton caracas cardiff casablanca catania chad chicago
chile china cologne colombia colorado congo copenhagen cordoba corfu corsica croatia cuba curacao cyprus
dakar dallas damascus danube delhi denali denmark denver derby detroit dominica dortmund dover dresden dubai
dublin durban ecuador edmonton egypt england eritrea estonia ethiopia europe finland florence florida france
gabon galicia gambia gdansk geneva genoa georgia germany ghana ghent gibraltar glasgow granada greece
grenada guinea guyana hague haiti halifax hamburg hanoi hanover harare havana hawaii helsinki holland
honduras houston hungary iceland idaho india indiana indonesia iran iraq ireland israel istanbul italy izmir
jakarta jamaica japan java jerusalem jordan kabul kansas karachi kazan kenya kiev kigali kinshasa kiribati
korea kosovo kuwait kyoto lagos lahore lapland latvia lebanon leeds leiden leipzig lesotho liberia libya
lima limerick linz lisbon liverpool ljubljana london luanda lucerne lugano luxembourg lyon macedonia madeira
madrid malaga malawi malaysia maldives mali malmo malta manaus manchester manila maputo marbella marseille
medina melbourne memphis menorca mexico miami milan minsk modena modesto moldova monaco mongolia montana
montreal morocco moscow mumbai munich nairobi namibia naples nepal nevada newcastle niger nigeria normandy
norway nottingham odessa oman ontario oregon osaka oslo ottawa oxford pakistan palau palermo panama paraguay
paris parma perth peru poland pompeii porto portugal prague pretoria qatar quebec ravenna reno riga rimini
romania rome rotterdam russia rwanda salamanca salerno samara samarkand samoa santiago sardinia saxony
scotland seattle senegal seoul serbia sevilla siberia sicily siena silesia singapore slovakia slovenia sofia
somalia spain split stuttgart sudan suriname sweden sydney syria tahiti taiwan tallinn tampa tangier
tanzania tasmania tehran texas thailand tibet tirana tokyo toledo tonga torino toronto toulouse trento
trieste tripoli tunis tunisia turin turkey tuscany uganda ukraine uruguay utah utrecht valencia valletta
vancouver vanuatu venice verona vienna vietnam vilnius virginia warsaw yemen york yukon zagreb zambia
zanzibar zurich
"""

_BRANDS_AND_TEAMS = """
adidas adobe ajax aldi alfa alitalia amazon arsenal asus atari audi bacardi barilla benetton benfica bentley
boca bosch braun bugatti burberry cadillac canon carlsberg cartier casio celtic chanel chelsea chevron cisco
citroen corinthians corona danone dell delta diablo dior disney dunlop everton evian facebook fanta
fenerbahce ferrari ferrero fiat ford fortnite fujitsu fulham galatasaray galaxy gillette google gucci
guinness haribo heineken hermes hilton hitachi honda huawei hyundai ikea intel juventus kellogg kia kodak
konami lada lancia lazio lego lenovo levis lidl logitech lufthansa luigi mario marlboro marriott martini
mazda mercedes michelin microsoft milka minolta mitsubishi monsanto motorola namco nestle netflix nike nikon
nintendo nissan nokia nutella olivetti omega oracle palmeiras panasonic pepsi persil peugeot pirelli pixar
pokemon porsche prada puma ralf rangers renault ritz roland rolex romantica samsung sanyo saturn seat sega
sevilla siemens skoda sonata sony spalding starbucks subaru suzuki swatch telecom tesco tesla tetris texaco
timberland toblerone toyota twitter udinese unilever valencia vespa villarreal vodafone volvo walmart
witcher xerox yahoo yamaha zara zelda
"""

_PEOPLE = """
adele alan albert alexander alice amanda andrew angela anna antonio armstrong austen bach balzac barack
barbara beckham beethoven belinda bellini benedict bernini bertolt biden bolivar botticelli brando bruno
byron caesar caravaggio carmen caroline cezanne chopin churchill clara clinton colin columbus copernicus
dali daniel dante darwin david debussy degas diana dickens donald doris edison einstein elena elgar elisa
elvis emma erasmus erica fellini fermi frida galileo gandhi gaudi goethe goya hadrian handel hannibal harold
harriet helena hilda hitler homer isabel jackson jennifer johann joseph joyce julia kafka karen karl
katherine kennedy kepler koran laura lenin leonardo lincoln linda lorca lucas luther madonna mahler mandela
manet maradona marco maria marilyn marina marlon martin marx matilda matisse melania melinda messi michael
milton miranda mirella modigliani mohammed moliere monet monica moses mozart muhammad murakami napoleon
nelson neruda newton nicola nina nixon obama olga orson orwell oscar ottavia pascal pasteur pavarotti pelé
picasso plato puccini pushkin putin ramona raphael rebecca rembrandt renata renoir ricardo rita robert
roberta rodin roger roland ronaldo rosa rossini rubens sabrina salvador samuel sandra sara schubert selena
selma seneca serena shakespeare sibelius silvia sinatra socrates sonia stalin stella tabitha teresa titian
tolkien tolstoy trump turner vera verdi veronica victor vincent virgil vivaldi voltaire wagner warhol
"""

_WORDS = """
album arena aroma balance balcony ballad ballot banana bandit banner barbed barber barrel basin basket
bastard beaten before began begin beside better bitter bonded border boredom bottom burden butter button
camel camera candid candle canine cannon canoe canola canopy canter canvas carbon cardinal career carol
carrot casino castle cattle cavern cedar cement center cinema circus cobalt coffee colon colour column
comedy comet common copper coral corner cotton cover dagger damage dealer debate decade deliver demon denim
desert detail dinner divine dollar domino donor dragon drama drivel eleven enamel enemy engine fabric falcon
famine fasten fatal feline felon feminine fever figure filter final finder finger flavor floral follow
forest forever formal former fortune funeral galore garden garlic garment garnet gender general gentle given
golden gorilla gospel grammar grand habit halo hamlet hammer handle happen harbour harden harmony hazard
heaven heroic hidden hollow honest honor horizon horror human humor hunter ideal image jargon karate kettle
kitten ladder lament lantern latin lava lemon lesson letter level limit linen liquid liver local logic
lumber lunar magic major mammal manor mantle maple marble margin market marvel master matter medal melody
melon memory mental mentor metal middle mineral minor minute model modern moment monitor monster moral
morale mother motor murder muscle mutton mystic native nature never normal novel number orange orbit order
organ pagan panda panel paper parade pardon parole parrot partner pasta patrol pattern pearl pedal pencil
pepper period person petal picnic pillar pirate pistol planet plastic pocket poem polar police portal potato
powder prison profit public puddle pupil quarter quiver rabbit racket random rapid record regal render
rescue retard reveal rhythm ribbon riddle river robin robot rocket rodent saddle saffron salad salami salmon
sandal satin savage scandal second secret senator senile settle seven shadow shelter shoulder signal silver
simmer simple sister slander slender solar soldier solid soprano splendid stable standard stolen stormy
sudden sugar sultan summer sunset supper system table tablet tango target tavern temper temple tender tennis
terror theatre timber token tomato tonic topaz torment total tower travel tremor tribal tribune trident
troll tropic tunnel turban tuxedo umbra under valid valor vanilla vapor velvet vendor venom verdict vessel
victim villa vinegar viola violet violin virus visit vital vivid volcano vortex walnut wander warden water
weather window winter wonder yellow zebra
"""

_CURRENCIES = """
bad bam bed bif bob bud bus cad cup dad dem fim fun gel gip gun hkd hot huf kes kid kit lak lid los mad man
men mop mud mur mut myr nob nok pab pen red ron rot rub sad sar sek sit sos sum sun tod top ves
"""

_RUDE = """
anal anus ass cock cum cunt dick dik fag fart fuck fuk god hitl hom jap jew kak kok lesb nazi neger negr nig
nud penis pis poo porn puta rap sex shit slut tit turd vagin wank
"""

UNWANTED_PARTS = tuple(_RUDE.split())
"""No coined word may contain one of these."""

REAL_NAMES = frozenset((_PLACES + _BRANDS_AND_TEAMS + _PEOPLE + _WORDS + _CURRENCIES).split())
"""In lower case, one word each."""
