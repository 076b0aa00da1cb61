"""A city with one street: the smallest content that has nothing wrong with it. Broken examples change one file of it."""

CITY = """\
name: Tinytown
timezone: America/Denver
country: US
languages: [en, es]
office: hall.main
person: [hall.main]
groups:
  home: {title: Home, icon: "🏠"}
emergency:
  fire: [hall.alarm]
  medical: [hall.alarm]
  crime: [hall.alarm]
  gas: [hall.alarm]
  poison: [hall.alarm]
  suicide: [hall.alarm]
"""

FACTS = """\
facts:
  phone:
    type: phone
    value: "+13035550100"
    source: https://example.org/hall
    source_date: "2026"
    confidence: high
    checked_on: 2026-11-22
    review_every: 180
  alarm:
    type: phone
    value: "911"
    source: https://example.org/hall
    source_date: "2026"
    confidence: high
    checked_on: 2026-11-22
    review_every: 180
  fee:
    type: money
    value: "2.75"
    source: https://example.org/hall
    source_date: "2026"
    confidence: high
    checked_on: 2026-11-22
    review_every: 90
  key-paper:
    type: paper
    value: Your old key
    source: https://example.org/hall
    source_date: "2026"
    confidence: high
    checked_on: 2026-11-22
    review_every: 180
  key-rule:
    type: rule
    value: Who brings the old key gets a new one.
    source: https://example.org/hall
    source_date: "2026"
    confidence: high
    checked_on: 2026-11-22
    review_every: 180
    ways:
      - - [key-paper]
  fair-day:
    type: when
    value: 2027-06-12 15:00-22:00
    source: https://example.org/hall
    source_date: "2026"
    confidence: high
    checked_on: 2026-11-22
    valid_until: 2027-06-12
events:
  fair: {name: Key fair, when: hall.fair-day}
contacts:
  main: {name: Town hall, phone: hall.phone}
  alarm: {name: Emergency, phone: hall.alarm}
"""

ARTICLE = """\
title: Get a key
icon: "🔑"
group: home
summary: A key opens the door.
keywords: [key, door]
owner: editor
steps:
  about:
    say: A key costs {fact:hall.fee}. Do you have a door?
    choices:
      "yes": {text: "Yes", icon: "✅", means: "yes", goto: bring}
      "no": {text: "No", icon: "❌", means: "no", goto: papers}
  papers:
    say: What do you have?
    papers: hall.key-rule
    outcomes: {enough: fair, almost: bring, not-yet: bring}
  fair:
    say: There is a fair.
    events: [hall.fair]
  bring:
    say: Bring this.
    checklist:
      door: Your door
  say-it:
    say: Say this.
    phrases: [One key please.]
  help:
    say: Ask a person.
    person: true
"""

BOT_PO = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'

KNOWLEDGE_PO = (
    BOT_PO
    + """
msgctxt "get-a-key"
msgid "Get a key"
msgstr "Sacar una llave"

msgctxt "get-a-key.about"
msgid "A key costs {fact:hall.fee}. Do you have a door?"
msgstr "Una llave cuesta {fact:hall.fee}. ¿Tiene puerta?"
"""
)

LANGUAGE = """\
name: {name}
locale: {locale}
answers:
  "yes": [{yes}]
  "no": ["no"]
  next: [next]
  back: [back]
  skip: [skip]
  stop: [stop]
  menu: [menu]
  repeat: [repeat]
  start_over: [start over]
  help: [help]
  person: [person]
  language: [language]
  greet: [{greet}]
  thanks: [thanks]
  bye: [bye]
  forget: [forget]
  hide: [hide]
"""

FILES = {
    "knowledge/city.yaml": CITY,
    "knowledge/facts/hall.yaml": FACTS,
    "knowledge/articles/get-a-key.yaml": ARTICLE,
    "locales/en/language.yaml": LANGUAGE.format(name="English", locale="en", yes='"yes"', greet="hello"),
    "locales/es/language.yaml": LANGUAGE.format(name="Español", locale="es_419", yes="sí", greet="hola"),
    "locales/es/LC_MESSAGES/knowledge.po": KNOWLEDGE_PO,
    "locales/es/LC_MESSAGES/bot.po": BOT_PO,
    "locales/es/glossary.yaml": "door: [portón, puerta]\n",
}
"""Path → text, as they would lie in a checkout (without the city's folder)."""
