"""How people write scales, units and currencies in prose, and the units of the tables they mean."""

from __future__ import annotations

from torugart.units import COUNTED, parse_unit

# Word -> scale. What may also be a unit ("m", "b", "k") is a scale only beside money; `amounts` sees to that.
SCALES = {
    "hundred": "hundred", "thousand": "thousand", "thousands": "thousand", "thsd": "thousand", "тыс": "thousand",
    "тысяч": "thousand", "тысячи": "thousand", "million": "million", "millions": "million", "mln": "million", "mn": "million",
    "млн": "million", "миллионов": "million", "миллиона": "million", "миллион": "million", "billion": "billion",
    "billions": "billion", "bln": "billion", "bn": "billion", "млрд": "billion", "миллиардов": "billion",
    "миллиарда": "billion", "миллиард": "billion", "trillion": "trillion", "trillions": "trillion", "trln": "trillion",
    "trn": "trillion", "tn": "trillion", "трлн": "trillion",
}  # fmt: skip
MONEY_SCALES = {
    "k": "thousand",
    "K": "thousand",
    "m": "million",
    "M": "million",
    "b": "billion",
    "B": "billion",
}
SCALE_UNITS = {"trillion": "thousand billion"}  # how the tables write it
CHINESE_SCALES = {
    "万亿": 1e12,
    "千亿": 1e11,
    "百亿": 1e10,
    "亿": 1e8,
    "千万": 1e7,
    "百万": 1e6,
    "万": 1e4,
    "千": 1e3,
}

SIGNS = {
    "US$": "USD", "USD": "USD", "$": "USD", "A$": "AUD", "C$": "CAD", "HK$": "HKD", "€": "EUR", "EUR": "EUR", "£": "GBP",
    "GBP": "GBP", "₽": "RUB", "RUB": "RUB", "₸": "KZT", "KZT": "KZT", "CNY": "CNY", "RMB": "CNY", "UZS": "UZS",
    "KGS": "KGS", "TJS": "TJS", "TMT": "TMT", "¥": "¥", "JPY": "JPY", "₹": "INR", "INR": "INR", "₩": "KRW", "₺": "TRY",
    "TRY": "TRY", "CHF": "CHF",
}  # fmt: skip

# Words as written, first letter for letter, then in lower case. Each is one or several words.
EXACT = {
    "MW": "MW", "GW": "GW", "MWh": "MWh", "GWh": "GWh", "TWh": "TWh", "kWh": "kWh", "Mt": "Mt",
    "kt": "kt", "t": "t", "m": "m", "mm": "mm", "km": "km", "h": "h", "min": "min", "g": "g", "kg": "kg", "ha": "ha",
    "l": "l", "TEU": "TEU", "TEUs": "TEU", "FEU": "FEU", "FEUs": "FEU", "bcm": "bcm", "Bcm": "bcm", "BCM": "bcm",
    "mcm": "mcm", "GJ": "GJ", "tkm": "tkm", "km/h": "km/h", "m3": "m3", "m³": "m3", "m²": "m2", "m2": "m2", "%": "%",
    "МВт": "MW", "ГВт": "GW", "кВтч": "kWh", "т": "t", "км": "km", "м": "m", "м³": "m3", "га": "ha", "га.": "ha",
}  # fmt: skip
PHRASES = {
    "us dollars": "USD", "u s dollars": "USD", "dollars": "USD", "dollar": "USD", "us dollar": "USD", "usd": "USD",
    "american dollars": "USD", "greenbacks": "USD", "bucks": "USD", "chinese yuan": "CNY", "yuan": "CNY", "renminbi": "CNY",
    "rmb": "CNY", "cny": "CNY", "yuan renminbi": "CNY", "euro": "EUR", "euros": "EUR", "eur": "EUR", "tenge": "KZT",
    "kazakh tenge": "KZT", "kyrgyz som": "KGS", "kyrgyz soms": "KGS", "som": "som", "soms": "som", "sum": "UZS", "sums": "UZS",
    "soum": "UZS", "soums": "UZS", "uzbek sum": "UZS", "uzbek soms": "UZS", "uzbek soum": "UZS", "somoni": "TJS",
    "manat": "manat", "turkmen manat": "TMT", "manats": "manat", "rouble": "RUB", "roubles": "RUB", "ruble": "RUB",
    "rubles": "RUB", "russian roubles": "RUB", "russian rubles": "RUB",
    "долларов": "USD", "доллара": "USD", "доллар": "USD", "долл": "USD", "долларов сша": "USD", "юаней": "CNY", "юаня": "CNY",
    "тенге": "KZT", "рублей": "RUB", "рубля": "RUB", "евро": "EUR", "сумов": "UZS",
    "kilometre": "km", "kilometres": "km", "kilometer": "km", "kilometers": "km", "kms": "km", "mile": "mi", "miles": "mi",
    "nautical miles": "nmi", "metre": "m", "metres": "m", "meter": "m", "meters": "m", "километров": "km", "километра": "km",
    "tonne": "t", "tonnes": "t", "metric ton": "t", "metric tons": "t", "metric tonnes": "t", "tons": "t", "ton": "t",
    "тонн": "t", "тонны": "t", "kilograms": "kg", "kilogrammes": "kg", "kilotonnes": "kt",
    "megawatt": "MW", "megawatts": "MW", "mw": "MW", "gigawatt": "GW", "gigawatts": "GW", "gw": "GW", "мвт": "MW",
    "мегаватт": "MW", "kwh": "kWh", "kilowatt hours": "kWh", "mwh": "MWh", "gwh": "GWh", "twh": "TWh",
    "terawatt hours": "TWh", "gigawatt hours": "GWh", "megawatt hours": "MWh",
    "cubic metre": "m3", "cubic metres": "m3", "cubic meter": "m3", "cubic meters": "m3", "cu m": "m3", "cubic m": "m3",
    "m3": "m3", "m³": "m3", "кубометров": "m3", "кубометра": "m3", "куб м": "m3", "кубических метров": "m3",
    "billion cubic metres": "bcm", "square metres": "m2", "square meters": "m2", "square metre": "m2", "sq m": "m2",
    "hectare": "ha", "hectares": "ha", "гектаров": "ha", "litre": "l", "litres": "l", "liters": "l",
    "per cent": "%", "percent": "%", "pct": "%", "per cents": "%", "процентов": "%", "процента": "%",
    "day": "day", "days": "day", "hour": "h", "hours": "h", "hrs": "h", "week": "week", "weeks": "week", "month": "month",
    "months": "month", "year": "year", "years": "year", "минут": "min", "minutes": "min", "дней": "day", "суток": "day",
    "teu": "TEU", "teus": "TEU", "twenty foot equivalent units": "TEU", "feu": "FEU", "feus": "FEU",
    "countries": "country", "states": "country", "nations": "country", "republics": "country", "стран": "country",
    "deals": "agreement", "accords": "agreement", "memorandums": "document", "memoranda": "document", "lorries": "truck",
    "businesses": "venture", "enterprises": "venture", "joint ventures": "venture", "spans": "bridge", "тоннелей": "tunnel",
    "мостов": "bridge", "cars": "car", "freight trains": "train", "centres": "centre", "centers": "centre",
}  # fmt: skip
CHINESE_UNITS = {
    "美元": "USD", "人民币": "CNY", "元": "CNY", "欧元": "EUR", "坚戈": "KZT", "卢布": "RUB", "公里": "km", "千米": "km",
    "立方米": "m3", "吨": "t", "兆瓦": "MW", "千瓦时": "kWh", "标箱": "TEU", "天": "day", "个国家": "country", "座隧道": "tunnel",
}  # fmt: skip
# Nouns that are counted although the tables do not; without a scale word nothing is made of any other noun.
NEVER_COUNTED = frozenset(
    {"number", "index", "score", "factor", "rank", "ratio", "article", "place", "observation", "count"}
)
PER = {
    "year": "year", "annum": "year", "day": "day", "week": "week", "month": "month", "hour": "h", "hectare": "ha", "tonne": "t",
    "ton": "t", "km": "km", "kilometre": "km", "kilometer": "km", "yr": "year", "y": "year", "container": "FEU", "feu": "FEU",
    "teu": "TEU",
}  # fmt: skip
PREFERRED = {
    "million t": "Mt", "thousand t": "kt", "billion m3": "bcm", "million m3": "mcm", "thousand MW": "GW", "thousand kW": "MW",
}  # fmt: skip
NUMBER_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "eighteen": 18, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "пять": 5, "пяти": 5, "шесть": 6, "три": 3, "трех": 3,
}  # fmt: skip
ONES = {"one": 1, **{word: n for word, n in NUMBER_WORDS.items() if n < 10 and word.isascii()}}
TENS = {
    word: 10 * n
    for n, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2
    )
}
MOST_WORDS = 3  # of a unit


def counted_unit(word: str) -> str:
    """Return the unit in which a noun is counted; empty when the tables count no such thing."""
    lower = word.casefold()
    single = lower[:-3] + "y" if lower.endswith("ies") else lower[:-1] if lower.endswith("s") else lower
    for noun in (lower, single):
        if noun in COUNTED and noun not in NEVER_COUNTED:
            return noun
    return ""


def composed(scale: str, unit: str, per: str) -> str:
    """Return a scale, a unit and a rate as one unit, written as the tables write it.

    Examples
    --------
    >>> composed("billion", "m3", "year"), composed("million", "USD", ""), composed("", "km", "h")
    ('bcm/year', 'million USD', 'km/h')
    """
    scale = SCALE_UNITS.get(scale, scale)
    text = f"{scale} {unit}".strip()
    text = PREFERRED.get(text, text)
    return f"{text or '1'}/{per}" if per else text


def is_known(unit: str) -> bool:
    """Whether the tables know a unit; nothing at all is a bare number."""
    return unit == "" or parse_unit(unit) is not None
