"""Know the simplified form of a Chinese character and its readings, from han.tsv (see `unihan`). Pure."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from importlib.resources import files

__all__ = ["hangul", "is_family", "pinyin", "simplified", "syllables_of_hangul"]


def simplified(text: str) -> str:
    """Return a text with its traditional characters as simplified ones."""
    return text.translate(_tables()[0])


def is_family(character: str) -> bool:
    """Return whether a character is a family name in Chinese, Korean or Vietnamese, or may begin one."""
    return simplified(character) in _FAMILIES


def pinyin(character: str) -> tuple[str, ...]:
    """Return the Mandarin readings of a character without tones; none if it is not known."""
    return _tables()[1].get(simplified(character), ())


def hangul(character: str) -> tuple[str, ...]:
    """Return the Korean readings of a character, as also of its traditional forms."""
    return _tables()[2].get(simplified(character), ())


def syllables_of_hangul() -> frozenset[str]:
    """Return all Korean readings of Chinese characters."""
    return frozenset(each for readings in _tables()[2].values() for each in readings)


_FAMILIES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳"
    "翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤"
    "阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩"
    "明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支"
    "卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利"
    "于呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由片玄睦吉太诸葛独南宫皇甫鲜于西门司马"
)


@cache
def _tables() -> tuple[dict[int, str], dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    simple: dict[int, str] = {}
    spoken: defaultdict[str, dict[str, None]] = defaultdict(dict)
    korean: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for line in files(__package__).joinpath("han.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            character, plain, mandarin, readings = line.split("\t")
            if character != plain:
                simple[ord(character)] = plain
            if character == plain or plain not in spoken:
                spoken[plain] |= dict.fromkeys(mandarin.split())
            korean[plain] |= dict.fromkeys(readings.split())
    return simple, {key: tuple(each) for key, each in spoken.items()}, {key: tuple(each) for key, each in korean.items()}
