"""Cards in twelve languages. The sentences are drafts; they are here for their letters."""

from typing import NamedTuple

from bot.pictures import Line, PhraseCard, PlaceCard, Poster, Reply

URL = "https://t.me/natural_helpers_aurora_bot?start=library-card__{}"
PHONE = "303-555-0100"
ENGLISH = "Hello. I would like to get a library card. I speak a little English."
REPLIES = ("Yes", "No", "Please wait", "Come back on: ______", "You need one more paper: ______")


class Said(NamedTuple):
    """The same few sentences in one language."""

    phrase: str
    replies: tuple[str, ...]
    title: str
    step: str
    how: str


SAID = {
    "en": Said(ENGLISH, REPLIES, "Get your library card", "Scan the code.", "Scan with your phone camera"),
    "es": Said(
        "Hola. Quisiera sacar una tarjeta de la biblioteca. Hablo poco inglés.",
        ("Sí", "No", "Espere, por favor", "Vuelva el día: ______", "Le falta un documento: ______"),
        "Saque su tarjeta de la biblioteca", "Responda unas preguntas en español.",
        "Escanee con la cámara de su teléfono",
    ),
    "ar": Said(
        f"مرحباً. أريد الحصول على بطاقة مكتبة. رقم هاتفي \u2066{PHONE}\u2069.",
        ("نعم", "لا", "انتظر من فضلك", "عُد يوم: ______", "تحتاج إلى ورقة أخرى: ______"),
        "احصل على بطاقة المكتبة", "أجب عن بعض الأسئلة بالعربية.", "امسح الرمز بكاميرا هاتفك",
    ),
    "am": Said(
        "ሰላም። የቤተ መጻሕፍት ካርድ ማግኘት እፈልጋለሁ። ትንሽ እንግሊዝኛ እናገራለሁ።",
        ("አዎ", "አይ", "እባክዎ ይጠብቁ", "በዚህ ቀን ይመለሱ፦ ______", "አንድ ተጨማሪ ወረቀት ያስፈልግዎታል፦ ______"),
        "የቤተ መጻሕፍት ካርድ ያግኙ", "በአማርኛ ጥቂት ጥያቄዎችን ይመልሱ።", "በስልክዎ ካሜራ ይቃኙ",
    ),
    "prs": Said(
        "سلام. می‌خواهم کارت کتابخانه بگیرم. کمی انگلیسی گپ می‌زنم.",
        ("بلی", "نخیر", "لطفاً صبر کنید", "در این روز بیایید: ______", "یک سند دیگر لازم دارید: ______"),
        "کارت کتابخانه بگیرید", "به چند سؤال به دری جواب دهید.", "با کمره تلفون خود سکن کنید",
    ),
    "fr": Said(
        "Bonjour. Je voudrais une carte de bibliothèque. Je parle un peu anglais.",
        ("Oui", "Non", "Veuillez patienter", "Revenez le : ______", "Il vous manque un papier : ______"),
        "Obtenez votre carte de bibliothèque", "Répondez à quelques questions en français.",
        "Scannez avec l’appareil photo",
    ),
    "my": Said(
        "မင်္ဂလာပါ။ ကျွန်ုပ် စာကြည့်တိုက်ကတ် လုပ်ချင်ပါတယ်။ အင်္ဂလိပ်စကား နည်းနည်းပဲ ပြောတတ်ပါတယ်။",
        ("ဟုတ်ကဲ့", "မဟုတ်ပါ", "ခဏစောင့်ပါ", "ဤနေ့တွင် ပြန်လာပါ: ______", "စာရွက်တစ်ခု ထပ်လိုပါသည်: ______"),
        "စာကြည့်တိုက်ကတ် ရယူပါ", "မေးခွန်းအချို့ကို ဖြေပါ။", "သင့်ဖုန်းကင်မရာဖြင့် စကင်ဖတ်ပါ",
    ),
    "ko": Said(
        "안녕하세요. 도서관 카드를 만들고 싶습니다. 영어를 조금 합니다.",
        ("예", "아니요", "잠시만 기다려 주세요", "이 날 다시 오세요: ______", "서류가 하나 더 필요합니다: ______"),
        "도서관 카드를 만드세요", "한국어로 몇 가지 질문에 답하세요.", "휴대폰 카메라로 찍으세요",
    ),
    "ne": Said(
        "नमस्ते। म पुस्तकालय कार्ड बनाउन चाहन्छु। म अलि अलि अङ्ग्रेजी बोल्छु।",
        ("हो", "होइन", "कृपया पर्खनुहोस्", "यस दिन फेरि आउनुहोस्: ______", "अर्को एउटा कागजात चाहिन्छ: ______"),
        "पुस्तकालय कार्ड लिनुहोस्", "नेपालीमा केही प्रश्नको जवाफ दिनुहोस्।", "फोनको क्यामेराले स्क्यान गर्नुहोस्",
    ),
    "so": Said(
        "Haye. Waxaan rabaa kaarka maktabadda. Wax yar oo Ingiriisi ah ayaan ku hadlaa.",
        ("Haa", "Maya", "Fadlan sug", "Soo laabo: ______", "Waraaq kale ayaad u baahan tahay: ______"),
        "Hel kaarka maktabadda", "Ka jawaab dhowr su’aalood.", "Ku sawir kamaradda taleefankaaga",
    ),
    "sw": Said(
        "Habari. Ningependa kupata kadi ya maktaba. Ninazungumza Kiingereza kidogo.",
        ("Ndiyo", "Hapana", "Tafadhali subiri", "Rudi siku ya: ______", "Unahitaji karatasi moja zaidi: ______"),
        "Pata kadi yako ya maktaba", "Jibu maswali machache kwa Kiswahili.", "Changanua kwa kamera ya simu yako",
    ),
    "vi": Said(
        "Xin chào. Tôi muốn làm thẻ thư viện. Tôi nói được một ít tiếng Anh.",
        ("Có", "Không", "Vui lòng chờ", "Hãy quay lại vào ngày: ______", "Bạn cần thêm một giấy tờ: ______"),
        "Làm thẻ thư viện của bạn", "Trả lời vài câu hỏi bằng tiếng Việt.", "Quét bằng máy ảnh điện thoại",
    ),
}  # fmt: skip
RTL = frozenset({"ar", "prs"})
LANGUAGES = tuple(SAID)


def phrase_card(language: str) -> PhraseCard:
    """A phrase card with the usual five answers."""
    said = SAID[language]
    replies = tuple(Reply(own, english) for own, english in zip(said.replies, REPLIES, strict=True))
    footer = "Natural Helpers · Aurora, Colorado"
    return PhraseCard(
        said.phrase, ENGLISH, language, language in RTL, replies, footer, ask="Please point to your answer:"
    )


def place_card(language: str) -> PlaceCard:
    """A library with everything that can be known of it."""
    said = SAID[language]
    lines = (
        Line("📍", said.title, "14949 E Alameda Pkwy, Aurora, CO 80012"),
        Line("☎️", said.how, PHONE),
        Line("🕒", said.replies[2], f"{said.step}\n9:00 – 20:00"),
        Line("🌐", said.replies[0], "aurora.example.org/library"),
    )
    return PlaceCard(said.title, lines, language, language in RTL, said.phrase, ENGLISH, said.step)


def poster(language: str) -> Poster:
    """A poster with three steps."""
    said = SAID[language]
    return Poster(
        said.title,
        SAID["en"].title,
        URL.format(language),
        language,
        language in RTL,
        icon="📚",
        summary=said.phrase,
        steps=(said.step, said.replies[2], said.step),
        how=said.how,
        city="Natural Helpers · Aurora",
        poster_id=f"AUR-012-{language}",
        checked="2026-11-23",
    )
