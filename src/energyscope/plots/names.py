"""A fixed colour and a readable label for every name of the core family; other names get theirs by rule."""

from __future__ import annotations

import hashlib

_GROUPS: tuple[tuple[str, str], ...] = (
    ("#f2b632", "PV RES_SOLAR DEC_SOLAR DHN_SOLAR"),
    ("#5b9bd5", "WIND_ONSHORE WIND_OFFSHORE RES_WIND WIND"),
    ("#2a9d8f", "HYDRO_RIVER RES_HYDRO PHS"),
    ("#b5651d", "GEOTHERMAL DHN_DEEP_GEO RES_GEO"),
    ("#8e6bbf", "NUCLEAR URANIUM"),
    ("#c9a800", "ELECTRICITY ELEC_EXPORT GRID BATT_LI"),
    ("#7a7f87", "GAS CCGT IND_COGEN_GAS DHN_COGEN_GAS DEC_COGEN_GAS IND_BOILER_GAS DHN_BOILER_GAS DEC_BOILER_GAS"),
    ("#9aa5b1", "GAS_RE DEC_ADVCOGEN_GAS DEC_THHP_GAS GAS_STORAGE SYN_METHANATION BIOMETHANATION GASIFICATION_SNG"),
    ("#7a7f87", "GAS_PLANT"),
    ("#3f3f46", "COAL COAL_US COAL_IGCC IND_BOILER_COAL"),
    ("#8c6d46", "LFO IND_BOILER_OIL DHN_BOILER_OIL DEC_BOILER_OIL DEC_COGEN_OIL LFO_STORAGE PYROLYSIS_TO_LFO"),
    ("#6d4c33", "DIESEL BIODIESEL GASOLINE BIOETHANOL DIESEL_STORAGE GASOLINE_STORAGE PYROLYSIS_TO_FUELS"),
    ("#6a994e", "WOOD IND_COGEN_WOOD DHN_COGEN_WOOD IND_BOILER_WOOD DHN_BOILER_WOOD DEC_BOILER_WOOD"),
    ("#a7c957", "WET_BIOMASS BIO_HYDROLYSIS DHN_COGEN_WET_BIOMASS DHN_COGEN_BIO_HYDROLYSIS H2_BIOMASS"),
    ("#a44a3f", "WASTE IND_BOILER_WASTE IND_COGEN_WASTE DHN_COGEN_WASTE"),
    ("#4cc9c0", "H2 H2_RE H2_ELECTROLYSIS SMR DEC_ADVCOGEN_H2 AMMONIA_TO_H2 H2_STORAGE"),
    ("#b07aa1", "AMMONIA AMMONIA_RE CCGT_AMMONIA HABER_BOSCH AMMONIA_STORAGE"),
    ("#d37295", "METHANOL METHANOL_RE SYN_METHANOLATION METHANE_TO_METHANOL BIOMASS_TO_METHANOL METHANOL_STORAGE"),
    ("#e4572e", "HEAT_LOW_T_DECEN DEC_HP_ELEC DEC_DIRECT_ELEC"),
    ("#f4845f", "HEAT_LOW_T_DHN DHN_HP_ELEC DHN TS_DHN_DAILY TS_DHN_SEASONAL"),
    ("#b02a30", "HEAT_HIGH_T IND_DIRECT_ELEC TS_HIGH_TEMP"),
    ("#3a6ea5", "MOB_PRIVATE CAR_BEV CAR_PHEV CAR_HEV CAR_FUEL_CELL CAR_NG CAR_GASOLINE CAR_DIESEL CAR_METHANOL"),
    ("#26406b", "BEV_BATT PHEV_BATT BATTERY"),
    ("#5e60ce", "MOB_PUBLIC TRAIN_PUB TRAMWAY_TROLLEY BUS_COACH_CNG_STOICH BUS_COACH_FC_HYBRIDH2"),
    ("#8a6fae", "BUS_COACH_DIESEL BUS_COACH_HYDIESEL"),
    ("#2f6f73", "MOB_FREIGHT_RAIL TRAIN_FREIGHT MOB_FREIGHT_ROAD TRUCK_FUEL_CELL TRUCK_ELEC TRUCK_NG TRUCK_DIESEL"),
    ("#48799b", "MOB_FREIGHT_BOAT TRUCK_METHANOL BOAT_FREIGHT_DIESEL BOAT_FREIGHT_NG BOAT_FREIGHT_METHANOL"),
    ("#94a3a8", "CO2_ATM CO2_INDUSTRY CO2_CAPTURED CO2_EMISSIONS ATM_CCS INDUSTRY_CCS CO2_STORAGE EFFICIENCY"),
    ("#c8ccd0", "Other surplus"),
    ("#5e60ce", "END_USE"),
)
"""Names that belong together share a hue; the later ones are paler."""

STORES = 0.45
"""How much paler the heat store of a technology is than the technology."""
_RULED = ("#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#76b7b2", "#edc948", "#b07aa1", "#ff9da7", "#9c755f", "#86bcb6")
"""For names that are not in the table."""

SERIES = {
    "investment": "#4e79a7",
    "maintenance": "#a0cbe8",
    "operation": "#f28e2b",
    "construction_per_year": "#9c755f",
    "capacity": "#4e79a7",
}
"""Colours of what bars are made of."""

_WORDS = {
    "ADVCOGEN": "fuel cell CHP",
    "BATT": "battery",
    "BEV": "battery electric",
    "COGEN": "CHP",
    "DEC": "decentralised",
    "DHN": "district heating",
    "ELEC": "electric",
    "HEV": "hybrid",
    "HP": "heat pump",
    "LFO": "heating oil",
    "LI": "Li-ion",
    "MOB": "mobility",
    "NG": "gas",
    "OIL": "oil",
    "SYN": "synthetic",
    "THHP": "thermal heat pump",
}
_KEPT = {"PV", "CCGT", "H2", "CO2", "SMR", "CCS", "US", "IGCC", "SNG", "PHEV", "EV", "V2G"}
"""Abbreviations that stay as they are."""
_NOUNS = {"ADVCOGEN", "BOILER", "CAR", "COGEN", "HP", "THHP", "TRUCK", "WIND"}
"""What stands last when it is said: BOILER_WOOD is a wood boiler."""
_PLACES = {"DEC": "decentralised", "DHN": "district heating", "IND": "industry"}
_WHOLE = {
    "BATT_LI": "Li-ion batteries",
    "BEV_BATT": "Batteries of electric cars",
    "BIO_HYDROLYSIS": "Biomass hydrolysis",
    "BOAT_FREIGHT_DIESEL": "Freight boat, diesel",
    "BOAT_FREIGHT_METHANOL": "Freight boat, methanol",
    "BOAT_FREIGHT_NG": "Freight boat, gas",
    "BUS_COACH_CNG_STOICH": "Gas bus",
    "BUS_COACH_DIESEL": "Diesel bus",
    "BUS_COACH_FC_HYBRIDH2": "Fuel cell bus",
    "BUS_COACH_HYDIESEL": "Hybrid diesel bus",
    "CCGT_AMMONIA": "CCGT on ammonia",
    "DEC_DIRECT_ELEC": "Direct electric heating (decentralised)",
    "DHN": "District heating network",
    "EFFICIENCY": "Efficiency measures",
    "ELEC_EXPORT": "Electricity export",
    "End_uses": "Demand",
    "GRID": "Power grid",
    "HEAT_HIGH_T": "Heat, high temperature",
    "HEAT_LOW_T_DECEN": "Heat, decentralised",
    "HEAT_LOW_T_DHN": "Heat, district",
    "HYDRO_RIVER": "Run-of-river hydro",
    "IND_DIRECT_ELEC": "Direct electric heating (industry)",
    "MOB_FREIGHT_BOAT": "Freight, boat",
    "MOB_FREIGHT_RAIL": "Freight, rail",
    "MOB_FREIGHT_ROAD": "Freight, road",
    "MOB_PRIVATE": "Private mobility",
    "MOB_PUBLIC": "Public mobility",
    "PHEV_BATT": "Batteries of plug-in hybrids",
    "PHS": "Pumped hydro",
    "RES_GEO": "Geothermal heat",
    "RES_HYDRO": "Hydropower",
    "RES_SOLAR": "Sun",
    "RES_WIND": "Wind",
    "TRAIN_FREIGHT": "Train, freight",
    "TRAIN_PUB": "Train, passengers",
    "TRAMWAY_TROLLEY": "Tram and trolley bus",
    "surplus": "Surplus, spilled",
    "TS_DHN_DAILY": "Heat store, district, daily",
    "TS_DHN_SEASONAL": "Heat store, district, seasonal",
    "TS_HIGH_TEMP": "Heat store, high temperature",
}


def label(name: object) -> str:
    """A name as a reader would say it: `DEC_HP_ELEC` is `Electric heat pump (decentralised)`."""
    text = str(name)
    if text in _WHOLE:
        return _WHOLE[text]
    if not text.isupper():
        return _upper_first(text.replace("_", " "))
    if text.startswith("TS_"):
        return f"Heat store of {_lower_first(label(text.removeprefix('TS_')))}"
    if text.endswith("_RE"):
        return f"Renewable {_lower_first(label(text.removesuffix('_RE')))}"
    words = text.split("_")
    place = _PLACES.get(words[0]) if len(words) > 1 else None
    said = words[1:] if place else words
    if said[0] in _NOUNS:
        said = [*said[1:], said[0]]
    return _upper_first(" ".join(map(_word, said))) + (f" ({place})" if place else "")


def colour(name: object) -> str:
    """The colour of a technology, resource or layer: always the same, `#rrggbb`."""
    text = str(name)
    if text in _COLOURS:
        return _COLOURS[text]
    if text.startswith("TS_"):
        return _paler(colour(text.removeprefix("TS_")), STORES)
    # a digest, since hash() of a text differs from run to run
    return _RULED[hashlib.sha256(text.encode()).digest()[0] % len(_RULED)]


def darker(hex_colour: str) -> str:
    """A colour for a line on its own area."""
    return _mixed(hex_colour, 0.3, 0)


def short(value: float) -> str:
    """A number in three digits or as a whole one, never with an exponent: 0.115, 17.9, 1,599."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 1e-3 else "0"


def _word(word: str) -> str:
    return word if word in _KEPT else _WORDS.get(word, word.lower())


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower_first(text: str) -> str:
    first = text.split(maxsplit=1)[0]
    return text if first in _KEPT else text[:1].lower() + text[1:]


def _paler(hex_colour: str, share: float) -> str:
    """A colour mixed with a share of white."""
    return _mixed(hex_colour, share, 255)


def _mixed(hex_colour: str, share: float, with_level: int) -> str:
    channels = (int(hex_colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(channel + (with_level - channel) * share):02x}" for channel in channels)


def _shades() -> dict[str, str]:
    shades: dict[str, str] = {}
    for base, names in _GROUPS:
        listed = names.split()
        # the palest is still well apart from a white page
        step = 0.6 / max(len(listed), 3)
        shades.update({name: _paler(base, place * step) for place, name in enumerate(listed)})
    return shades


_COLOURS = _shades()
