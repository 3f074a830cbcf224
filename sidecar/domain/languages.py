"""Which language a mail is in, by its function words. Small on purpose: see docs/adr/0005."""

import re

#: What the classifier reads.
READ = ("en", "de", "fr", "es", "it", "nl")
_WORDS: dict[str, str] = {
    "en": "the and is are was of to in for we our us you your have has been not please when where that this with it my be "
    "from at on but would can could did does do what how which still they were will i an a by so get me hi hello thanks",
    "de": "der die das und ist sind war von zu in für wir unser unsere uns sie ihr ihre haben hat nicht bitte wann wo dass "
    "mit es auf den dem ein eine einen ich bei aus noch auch wie was im am zum zur kann können wurde wird seit nach",
    "fr": "le la les et est sont de des du à pour nous notre nos vous votre vos avez pas ne s'il merci quand où que qui avec "
    "il elle sur dans une un mon ma au aux mais ce cette je j'ai n'est d'un été plus encore comment quel",
    "es": "el la los las y es son de del a por para nosotros nuestro nuestra nos usted su sus han no cuándo dónde que con en "
    "una un mi al pero este esta se lo le ha está hemos todavía cómo qué más aún hasta desde",
    "it": "il lo la gli le e è sono di del della a per noi nostro nostra ci voi vostro vostra avete non quando dove che con in "
    "una un mio al ma questo questa si abbiamo ancora come cosa più dal alla nel nella vi fino",
    "nl": "de het een en is zijn van voor te in wij we ons onze u uw jullie hebben heeft niet graag wanneer waar dat met er op "
    "dit deze maar ik bij nog ook hoe wat aan om kan kunnen al naar zou geen werd wordt",
    "pt": "o os as e é são do da dos das para nós nosso nossa você seu sua não quando onde que com em uma um meu mas isso este "
    "foi ainda está já temos ao à pelo muito obrigado",
    "pl": "i w na nie się z do jest to że jak czy dla od po za gdzie kiedy moje nasze proszę już tego jeszcze mamy przez są ale",
    "sv": "och är att det som på för vi vår våra ni inte har med den ett en av till när var jag om från kan hej tack ännu",
    "da": "og er at det som på for vi vores i ikke har med den et en af til hvornår hvor jeg om fra kan hej tak endnu blev",
    "no": "og er at det som på for vi vår våre dere ikke har med den et en av til når hvor jeg om fra kan hei takk ennå ble",
    "cs": "a je na se že jsem jsme není kde kdy prosím děkuji naše ještě pro od do ale jak už který dobrý den",
    "fi": "ja on ei se että mutta missä milloin meidän olemme kiitos vielä kun niin tai hei ovat oli",
    "hu": "a az és nem hogy van egy kérem mikor hol még már meg köszönöm a mi ezt azt",
    "ro": "și este nu pentru cu că la din noastră noastre unde când vă rog mai sunt am un o de",
    "tr": "ve bir bu için ne zaman nerede değil lütfen teşekkürler bizim ile da de çok var yok",
}
_TABLE = {code: frozenset(text.split()) for code, text in _WORDS.items()}
_TOKENS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
#: Scripts that no language of the table is written in.
_OTHER_SCRIPT = re.compile(
    r"[\u0370-\u03ff\u0400-\u04ff\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]"
)
_LONGEST = 5_000


def detect(text: str) -> str:
    """ISO 639-1 code of the most likely language, `other` for one of another script, `` when nothing tells.

    A word that several languages share counts for each of them in parts, so "de" alone decides nothing.
    """
    text = text[:_LONGEST]
    letters = sum(letter.isalpha() for letter in text)
    if letters and len(_OTHER_SCRIPT.findall(text)) > 0.3 * letters:
        return "other"
    scores = dict.fromkeys(_TABLE, 0.0)
    for token in _TOKENS.findall(text.lower()):
        owners = [code for code, words in _TABLE.items() if token in words]
        for code in owners:
            scores[code] += 1.0 / len(owners)
    ranked = sorted(scores, key=lambda code: -scores[code])
    best, second = ranked[0], ranked[1]
    return best if scores[best] >= 1.0 and scores[best] > 1.2 * scores[second] else ""
