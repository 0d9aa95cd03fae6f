"""What stands around the news on a page and is none: buttons, notices, headings of other things.

Whole lines only, and short ones: a sentence that happens to say “share” is text.
"""

from __future__ import annotations

import re

_LINE_MAX = 60
_NOTICE_MAX = 250

# Buttons and labels, whole lines in ten languages.
_BUTTON = re.compile(
    r"(?:share|save|tweet|print|e-?mail|copy (?:link|url)|link copied!?|comments?|leave a comment|reply|like|listen"
    r"|follow(?: us(?: on .+)?)?|sign (?:up|in)(?: here\.?)?|log ?in|subscribe(?: now)?|advertisement|ad|sponsored"
    r"|share (?:this|on|via) .+|reuse this content|purchase licensing rights|add (?:us|to) .+ on google|menu|body|full text|skip to (?:main )?content"
    r"|published(?: on| at)?|posted(?: on)?|last updated|updated|read more|more|show more|breaking(?: news)?|live|à la une|en direct|son dakika|срочно|главное|عاجل|toggle caption|enlarge this image|getty images plus"
    r"|partager(?: .+)?|imprimer|enregistrer|commenter|commentaires?|réagir|publicit[ée]|s['’]abonner|je m['’]abonne|contribuer"
    r"|réutiliser ce contenu|publié le|mis à jour le|envoyer par (?:e-?mail|mail|courriel)|copier le lien|suivez-nous.*|lire plus tard"
    r"|article réservé (?:aux|à nos) abonnés|écouter(?: l['’]article)?|sélections|offrir cet article|voir les commentaires"
    r"|paylaş|yazdır|kaydet|yorumlar?|yorum yap|reklam|takip et|abone ol|haberi dinle|yayınlanma|güncelleme|a\+|a-|beğen"
    r"|поделиться|распечатать|печать|сохранить|комментарии|комментировать|реклама|подписаться|опубликовано|обновлено|скопировать ссылку"
    r"|поділитися|друк|коментарі|реклама|підписатися"
    r"|شارك|مشاركة|طباعة|حفظ|تعليقات?|إعلان|اشترك|نسخ الرابط|استمع|تابعنا"
    r"|teilen|drucken|merken|kommentare?|anzeige|werbung|abonnieren|veröffentlicht(?: am)?|aktualisiert(?: am)?|artikel anhören|zur startseite"
    r"|compartir|imprimir|guardar|comentarios|publicidad|suscríbete|publicado|actualizado|escuchar"
    r"|condividi|stampa|commenti|pubblicità|abbonati|partilhar|compartilhar|publicidade|assine"
    r"|シェア(?:する)?|ツイート|印刷|保存|分享|打印|收藏|责任编辑|공유(?:하기)?|인쇄"
    r"|facebook|twitter|x|whats ?app|telegram|linkedin|pinterest|reddit|bluesky|flipboard|messenger|instagram|youtube|viber|vk|ok)"
    r"(?:\s*[:.]|\s*\(?\d+\)?)?|责任编辑[:：].{1,20}|artikel (?:anhören|zum hören)\b.{0,14}"
    # The initials of who wrote and who read it; the time alone of a date that stands above.
    r"|[a-z]{2,4}(?:/[a-z]{2,4})+|\d{1,2}[:.]\d{2}\s*\([^()]{2,20}\)",
    re.IGNORECASE,
)
# How long reading takes, and how long ago it was: neither is a date.
_READING_TIME = re.compile(
    r"(?:temps de lecture|lecture|lesezeit|reading time|время чтения|час читання|okuma süresi|tiempo de lectura|وقت القراءة)"
    r"\s*:?.{0,20}|\d+\s*[-’']?\s*(?:min(?:ute)?s?\.?(?: de lecture| read)?|минут[аы]? (?:чтения)?|dk okuma|dakikalık okuma|min\. lesezeit)",
    re.IGNORECASE,
)
_AGO = re.compile(
    r"(?:(?:published|updated|posted|last updated|publié|mis à jour|güncelleme|обновлено|опубликовано|aktualisiert|actualizado)\s*:?\s*)?"
    r"(?:(?:about |an? |\d+\s*)(?:sec(?:ond)?s?|min(?:ute)?s?|hours?|hrs?|h|days?|d|weeks?|months?|years?)\s+ago|just now|yesterday|today"
    r"|il y a .{1,25}|hier|aujourd['’]hui|à l['’]instant|vor .{1,6}\s(?:sekunden?|minuten?|stunden?|tag(?:en)?|wochen?|monat(?:en)?|jahr(?:en)?)|gestern|heute|gerade eben"
    r"|hace .{1,20}|ayer|hoy|(?:\d+|bir)\s+(?:saniye|dakika|dk|saat|gün|hafta|ay|yıl)\s+önce|dün|bugün|az önce"
    r"|(?:\d+\s+)?(?:секунд\w*|минут\w*|час\w*|дн\w+|день|недел\w+|месяц\w*)\s+назад|вчера|сегодня|только что"
    r"|(?:\d+\s+)?(?:хвилин\w*|годин\w*|дні\w*)\s+тому|вчора|сьогодні|(?:منذ|قبل)\s+.{1,25}|أمس|اليوم"
    r"|\d+\s+(?:ore|minuti|giorni)\s+fa|ieri|oggi|há .{1,20}|ontem|hoje)"
    r"(?:,?\s*(?:at|à|в|о|um|saat|a las|alle)?\s*\d{1,2}\s?[:hч.]\s?\d{2}(?:\s?[ap]\.?m\.?)?)?\s*[.|·]?",
    re.IGNORECASE,
)
# Sentences that sites put everywhere.
_NOTICE = re.compile(
    r"(?:we (?:and our partners )?use cookies|this (?:site|website) uses cookies|by (?:continuing|clicking)|accept (?:all )?cookies|(?:manage|cookie) (?:preferences|settings|policy)"
    r"|sign up (?:for|to) (?:our|the|get)|subscribe to (?:our|the)|get (?:the latest|our) .{0,40}(?:newsletter|inbox)|our standards: |follow .{1,40} on (?:x|twitter|facebook|google|telegram|instagram)"
    r"|download (?:our|the) app|join our (?:whatsapp|telegram)|this article is more than|all rights reserved|©\s*\d{4}|copyright (?:©|\d{4})|the (?:bbc|guardian) is not responsible"
    r"|(?:nous|notre site) utilis(?:ons|e) des cookies|en poursuivant votre navigation|accepter (?:tous )?les cookies|(?:inscrivez-vous|abonnez-vous) à |recevez (?:notre|nos|chaque)|tous droits réservés|suivez(?:-nous| toute l['’]actualité) sur"
    r"|la suite (?:est )?après (?:cette|la) publicité|(?:bu site|sitemiz|web sitemiz).{0,30}çerez|çerez(?:leri)? (?:politikası|kullan)|tüm hakları saklıdır|bültenimize|bizi .{1,30}takip edin"
    r"|(?:мы|сайт|этот сайт) использу\w+ (?:файлы )?cookie|подпи(?:шитесь|сывайтесь) на|все права защищены|читайте нас в|ми використовуємо|підписуйтесь на|усі права захищені"
    r"|(?:نستخدم|يستخدم (?:هذا )?الموقع) .{0,30}(?:الارتباط|كوكيز)|اشترك في|جميع الحقوق محفوظة|تابعونا على"
    r"|(?:wir|diese (?:web)?seite) (?:verwende[nt]|nutz[et]n?) cookies|alle rechte vorbehalten|(?:melden sie sich|abonnieren sie) |mit dem newsletter"
    r"|(?:utilizamos|este sitio usa|usamos) cookies|todos los derechos reservados|suscríbete a|síguenos en|sigue toda la información|questo sito utilizza|tutti i diritti riservati|©\s*riproduzione riservata|todos os direitos reservados)",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"[\W_]+")
_CRUMBS = re.compile(r"[^.!?]{1,30}(?:\s*[>›»]\s*[^.!?>›»]{1,60})+")


def is_boilerplate(line: str) -> bool:
    """Whether a line is a button, a notice, or signs alone; never a line that could be news."""
    if len(line) <= _LINE_MAX and (
        _BUTTON.fullmatch(line) or _READING_TIME.fullmatch(line) or _SIGNS.fullmatch(line)
    ):
        return True
    return len(line) <= _NOTICE_MAX and _NOTICE.match(line) is not None


def is_time_ago(line: str) -> bool:
    """Whether a line says how long ago something was: relative to a day that nobody knows."""
    return len(line) <= _LINE_MAX and _AGO.fullmatch(line) is not None


def is_trail(line: str) -> bool:
    """Whether a line says where on the site the page is: ``Home > World > Europe``."""
    return len(line) <= 2 * _LINE_MAX and _CRUMBS.fullmatch(line) is not None
