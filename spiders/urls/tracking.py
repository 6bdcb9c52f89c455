"""The query parameters that only track readers and never select the page. Pure.

A name is listed only if removing it is safe on every site. Names that some publishing systems use for the article (id, p, no,
aid, oid, sid, cid, mod, article, idxno, news_id, section, page, …) are not listed, even if they track readers elsewhere.
"""

from __future__ import annotations

import re

# Prefixes with which every name tracks.
_PREFIXES = (
    "utm_",  # Google Analytics, and all who copied it
    "mtm_",  # Matomo
    "matomo_",
    "hsa_",  # HubSpot
    "__hs",
    "_hs",
    "vero_",
    "oly_",  # Omeda
    "fb_",  # Facebook
    "bsft_",  # Blueshift
    "at_custom",  # Piano, formerly AT Internet
    "at_campaign",
    "at_link",
    "at_recipient",
    "amp_js",  # added by AMP viewers
    "aspsessionid",
)

_NAMES_OF = {
    "click identifiers of advertisers and social networks": """
        fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid ymclid twclid ttclid igshid igsh irclickid rb_clickid
        wickedid clickid li_fat_id epik rdt_cid sccid srsltid tblci dicbo oborigurl ob_click_id s_kwcid ef_id sms_click syclid""",
    "analytics": """
        mc_cid mc_eid pk_campaign pk_kwd pk_keyword pk_source pk_medium pk_content pk_cid ga_source ga_medium ga_campaign
        ga_content ns_mchannel ns_source ns_campaign ns_linkname ns_fee int_source int_medium int_campaign int_content
        itm_source itm_medium itm_campaign itm_content itm_term itm_channel itm_audience stm_source stm_medium stm_campaign
        _ga _gl _ke _openstat xtor at_medium at_format at_ptr_name at_bbc_team at_creation at_type at_variant wt_mc wtmc wt.mc_id
        s_cid sc_cid icid ncid cmpid cmp campaign_id campaignid adgroupid mkt_tok trk trkcampaign spm _branch_match_id
        _branch_referrer guccounter guce_referrer guce_referrer_sig et_rid sfmc_id sfmc_activityid ss_email_id
        ml_subscriber ml_subscriber_hash traffic_source wprov cvid ocid echobox xtref xtcr xts xtnp xtloc""",
    "newsletters, feeds and share buttons of publishers": """
        ftag ito smid smtyp smprod emc sref srnd taid rpc feedtype feedname fsrc leadsource tpcc soc_src soc_trk .tsrc __source
        __twitter_impression sr_share cloc kakao_from link_source cn-reloaded intcmp intcid""",
    "AMP viewers": "usqp aoh amp_gsa amp_ct amp_analytics wpamp",
    "a link to the reply form, which is on the same page": "replytocom",
    "sessions": "phpsessid jsessionid sessionid session_id aspxautodetectcookiesupport",
}
_NAMES = frozenset(name for names in _NAMES_OF.values() for name in names.split())

# These track if the value is a word ("rss", "twitter.com"), but may select something if it is a number or a path.
_WORDY_NAMES = frozenset(
    (
        "ref",
        "referrer",
        "referer",
        "source",
        "src",
        "from",
        "via",
        "share",
        "partner",
        "rss",
        "input",
        "campaign",
        "platform",
        "fref",
    )
)
_WORD = re.compile(r"[A-Za-z_.-]{0,24}")

# Parameters that select the AMP version of the same article.
_AMP = {
    "amp": {"", "1", "true", "yes"},
    "outputtype": {"amp", "amp-type"},
    "output": {"amp"},
    "view": {"amp"},
    "mode": {"amp"},
    "type": {"amp"},
}


def tracks(name: str, value: str) -> bool:
    """Whether a query parameter, as written in the URL, can be removed without selecting another article."""
    name = name.lower()
    if name in _NAMES or name.startswith(_PREFIXES):
        return True
    if name in _WORDY_NAMES:
        return _WORD.fullmatch(value) is not None
    return value.lower() in _AMP.get(name, ())
