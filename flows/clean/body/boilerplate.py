"""Lines that belong to the page and not to the article: copyright, share bars, read-also lists, newsletter prompts."""

from __future__ import annotations

import re

MARKS = "◆◇■□▲△▶▷●○◎★☆▣◈▪▼▽"
HEADING_MARK = re.compile(rf"^[{MARKS}]\s*(?=\S)")
_BULLET = re.compile(r"^[•·\-–—|*×\s]+")
_MAX_LENGTH = 400

# The whole line, bullets aside.
_WHOLE = re.compile(
    r"""(?:
    (?:previous|prev|next|back|home|top|print|share|e-?mail|save|comments?|reply|tweet|like|
    follow(?:\ us)?|menu|search|close|loading|listen|copy\ link|copied|read\ more|more|
    continue\ reading|see\ more|show\ more|
       advertisement|advert(?:ising)?|sponsored(?:\ content)?|ad|anzeige|werbung|publicit[ée]|
       publicidad[e]?|pubblicit[àa]|реклама|광고|広告|广告|إعلان|reklam[ae]?|advertentie|
       facebook|twitter|x|whats?app|linkedin|pinterest|reddit|telegram|instagram|flipboard|bluesky|
       line|kakao\w*|messenger|teilen|drucken|merken|kommentare|partager|imprimer|compartir|
       imprimir|condividi|stampa|
       поделиться|печать|공유하기|공유|인쇄|댓글|스크랩|목록|이전|다음|シェア|ツイート|印刷|分享|打印|مشاركة|طباعة)
      (?:[\s|/·•,&]+(?:previous|prev|next|top|back|print|share|e-?mail|save|facebook|twitter|x|
      whats?app|linkedin|pinterest|reddit|telegram|comments?|인쇄|공유하기|다음|이전|목록))*
    |all\ headlines(?:\s+back\ to\ top)?|(?:go\ )?back\ to\ (?:the\ )?top|to\ (?:the\ )?top|
    nach\ oben|haut\ de\ page|맨\ ?위로|ページトップへ?|наверх
    |previous\ (?:article|story|post).{0,80}|next\ (?:article|story|post).{0,80}
    |share\ (?:this|on|via|with)(?:\ (?:article|story|post|page|facebook|twitter|x|email|whatsapp|
    linkedin|link|friends?))?.{0,40}|share\ full\ article|gift\ this\ article|
    click\ to\ share.{0,60}|print\ this.{0,40}|email\ this.{0,40}
    |(?:this\ )?(?:article|story|content)\ (?:continues|goes\ on)\ (?:below|after).{0,60}|
    story\ continues.{0,40}|scroll\ (?:down\ )?to\ continue.{0,60}
    |(?:all|alle)\ (?:rights|rechte)\ (?:reserved|vorbehalten).{0,60}|tous\ droits\ réservés.{0,60}|
    (?:todos\ los\ )?derechos\ reservados.{0,60}|tutti\ i\ diritti\ riservati.{0,60}|
    riproduzione\ riservata.{0,60}|все\ права\ защищены.{0,80}
    |.{0,60}(?:무단\s?전재|무단\s?복제|재배포\s?금지|無断(?:転載|複製)|转载请注明|版权所有|未经授权|不得转载).{0,120}
    |(?:video|audio|photo|picture|image)s?(?:\ by)?:?|play\ video|watch\ (?:live|now)|
    no\ media\ source\ currently\ available|your\ browser\ does\ not\ support.{0,80}
    |this\ content\ can\ also\ be\ viewed\ on\ the\ site\ it\ originates\ from
    |(?:instagram|twitter|facebook|tiktok|youtube)\ content
    |thanks\ for\ signing\ up|your\ subscription\ has\ been\ confirmed.{0,60}|.{0,60}\ by\ clicking\ here
    |\d+\s*(?:comments?|shares?|min(?:ute)?s?\ read|views?|댓글)
    )[\s.:!…»›→>]*""",
    re.I | re.X,
)
# How such a line begins.
_BEGINS = re.compile(
    r"""(?:
    (?:copyright|©|ⓒ|\(c\)\s?\d|저작권자|著作権|版权)(?!\w)
    |(?:read\ (?:also|more|next)|also\ read|see\ also|related(?:\ (?:articles?|stories|news|
    coverage|topics?|posts?|content|links?))?|more\ (?:on\ this|from|stories|news|coverage|
    like\ this)|recommended(?:\ (?:for\ you|stories))?|don['’]t\ miss|most\ (?:read|popular|viewed)|
    trending(?:\ now)?|editor['’]s\ (?:picks?|choice)|
       lesen\ sie\ (?:auch|mehr|hier|dazu)|mehr\ (?:zum\ thema|dazu|lesen)|
       (?:das\ könnte\ sie\ auch|auch)\ interess\w+|lire\ (?:aussi|également|la\ suite)|
       à\ lire\ (?:aussi|également)|voir\ aussi|leer?\ (?:también|tambien|más|mas)|lee\ también|
       te\ puede\ interesar|ver\ (?:también|además)|
       leia\ (?:também|mais)|veja\ (?:também|mais)|leggi\ anche|ti\ potrebbe\ interessare|
       читайте\ (?:также|ещё|еще)|читать\ (?:также|далее)|по\ теме|материалы\ по\ теме|관련\s?기사|
       함께\s?볼|関連記事|あわせて読みたい|相关(?:阅读|新闻|报道)|延伸阅读|延伸閱讀|اقرأ\ أيض|czytaj\ (?:też|także|więcej)|
       lees\ ook|läs\ (?:också|även|mer)|les\ også|læs\ også|читайте\ також)\s*[:：\-–—…!>»→|]
    |(?:sign\ up\ (?:for|to|here)|subscribe\ (?:to|now|here|today)|get\ (?:the|our)\ (?:latest|best|
    top|daily|free|morning|newsletter)|join\ (?:our|the)\ (?:newsletter|mailing|whatsapp|telegram)|
    download\ (?:the|our)\ .{0,20}app|follow\ (?:us|our)\ .{0,40}(?:on|facebook|twitter|instagram|
    telegram|whatsapp|x\b|google)|follow\ (?:\S+\s){1,8}?on\ (?:facebook|twitter|instagram|x\b|google\ news|snapchat|threads|
    linkedin|youtube|tiktok|bluesky|telegram|whatsapp)|install\ (?:the|our)\ .{0,30}\ app\b|click\ to\ subscribe\b|
    listen\ to\ .{2,60}\ on\ (?:spotify|apple\ podcasts|google\ podcasts|amazon\ music|audible)|
       melden\ sie\ sich|abonnieren\ sie|newsletter|inscrivez-vous|abonnez-vous|recevez\ (?:chaque|
       notre|nos)|suscríbete|suscríbase|sigue\ (?:toda\ la|a\ .{2,20}\ en)|inscreva-se|assine\ (?:a|
       o|já)|iscriviti|подписывайтесь|подпишитесь|구독하기|네이버.{0,15}구독|メルマガ|订阅|關注我們|关注我们|اشترك)
    |(?:this\ (?:site|website|page)\ uses|we\ use|wir\ verwenden|nous\ utilisons|utilizamos|
    utilizziamo)\ (?:own\ )?(?:cookies|des\ cookies)
    |(?:please\ )?(?:enable|turn\ on|activate)\ javascript|javascript\ (?:is|must)
    |(?:log|sign)\ in\ to\ (?:comment|read|continue)|(?:already|schon)\ (?:a\ )?(?:subscriber|
    member|abonn)|you\ must\ be\ logged\ in|leave\ a\ (?:reply|comment)|(?:view|show|add|
    post\ a)\ comments?\b.{0,20}$
    |(?:tags?|topics?|filed\ under|categories|schlagw[oö]rter|etiquetas|тег[иа]?|태그|タグ|标签)\s*[:：]
    |(?:photo|picture|image|foto|photograph|gallery)s?(?:\ (?:credit|by|courtesy))?\s*[:：]\s*\S.{0,60}$
    |(?:got\ a\ tip|have\ a\ (?:tip|story)|contact\ (?:us|the\ (?:author|reporter|editor))|
    reach\ (?:the\ )?(?:author|reporter)|contact\ (?:staff\ writer|reporter)|
    (?:staff\ writer\ )?(?-i:[A-Z]\S*\s){2,4}can\ be\ reached\ at\ (?=\S+@)|
    (?:write\ to|e-?mail)\ (?-i:[A-Z]\S*\s){2,3}at\ (?=\S+@)|send\ (?:tips|feedback|us))\b
    |click\ here\ (?:to|for)\b|this\ copy\ is\ for\ your\ personal,\ non-commercial\ use
    |(?:all\ )?products\ featured\ on\ (?:\S+\s){1,4}are\ independently\ selected
    |more\s*:\s*(?=\S.{10,140}[^.]$)
    |for\ more\ stories\ like\ this|get\ in\ touch\ with\ our\ (?:news|team)
    |join\ (?:our\ commenting|the\ conversation|thought-provoking)|you\ must\ confirm\ your|please\ log\s?out\ and
    |swipe\ (?:left|right)|(?:tu|su)\ suscripci[oó]n\ se\ est[aá]\ usando|¿quieres\ añadir\ otro\ usuario
    |(?:hat\ ihnen|gefällt\ ihnen)\ (?:dieser|der)\ (?:artikel|beitrag)|(?:noch\ )?kein\ abo\b
    |this\ (?:article|story|content)\ is\ (?:reserved|only|exclusively|available|exclusive)\ (?:only\ |exclusively\ )?
    (?:available\ )?(?:for|to)\ (?:our\ )?(?:subscribers|members)
    |dieser\ (?:artikel|beitrag|inhalt)\ ist\ (?:nur|exklusiv)\ für\ (?:\w+\ )?abonnent
    |cet\ article\ est\ réservé|la\ suite\ est\ réservée|il\ vous\ reste\ [\d.,]+\ ?%\ de\ cet\ article|déjà\ abonnée?\b
    |este\ (?:artículo|contenido)\ es\ (?:exclusivo|solo)\ para\ suscriptores|¿ya\ eres\ suscriptor
    |conteúdo\ exclusivo\ para\ assinantes
    |有料会員|【.{0,12}キャンペーン】|残り\d+文字|この記事は有料
    )""",
    re.I | re.X,
)
_RIGHTS = (
    "copyright",
    "©",
    "ⓒ",
    "저작권",
    "無断",
    "all rights reserved",
    "may not be published, broadcast",
    "this material may not be",
)
_CLAIM = re.compile(r"©|ⓒ|\b(?:19|20)\d\d\b|reserved|저작권|無断|may not be", re.I)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(rf"^(?:{_MAIL.pattern}|https?://\S+)$")


def is_debris(line: str) -> bool:
    """Whether a line of text belongs to the page around the article."""
    bare = _BULLET.sub("", line).strip()
    if not bare:
        return True
    if len(bare) > _MAX_LENGTH:
        return False
    if _WHOLE.fullmatch(bare) or _BEGINS.match(bare) or _ADDRESS.match(bare):
        return True
    if len(bare) >= 250:
        return False
    lowered = bare.lower()
    return any(words in lowered for words in _RIGHTS) and _CLAIM.search(bare) is not None


def is_contact(line: str, authors: tuple[str, ...]) -> bool:
    """Whether a line says at which address one of the article's authors reads mail."""
    return len(line) < _MAX_LENGTH and _MAIL.search(line) is not None and any(name in line for name in authors)


def is_prose(line: str) -> bool:
    """Whether a line reads as a sentence, as no menu and no list of links does."""
    return len(line) > 60 and line.rstrip("\"'”’»)]」』").endswith((".", "!", "?", "。", "…", "！", "？", "다", "؟", "।", ":"))
