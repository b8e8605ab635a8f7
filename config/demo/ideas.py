"""Marketing plans of the demo company, as its analysts write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from crm_core.marketing.operations import NewBudgetLine


@dataclass(frozen=True, slots=True)
class Idea:
    """A plan: what for whom, by which channels, for how much; ``lines`` are (category, description, amount)."""

    title: str
    offer: str
    segment: Mapping[str, Any]
    channels: tuple[str, ...]
    lines: tuple[tuple[str, str, int], ...]
    goal: tuple[str, int]
    activity: str = ""
    place: str = ""
    risks: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def budget(self) -> int:
        """What it costs."""
        return sum(amount for _category, _description, amount in self.lines)

    def budget_lines(self) -> list[NewBudgetLine]:
        """Its budget as a new plan takes it."""
        return [NewBudgetLine(category, Decimal(amount), description) for category, description, amount in self.lines]

    def values(self, starts: date, days: int, staff: str) -> dict[str, Any]:
        """Its fields for a period of ``days`` days, with ``staff`` for its activity."""
        activity = {"name": self.activity, "place": self.place, "staff": staff}
        metric, target = self.goal
        return {
            "segment": dict(self.segment),
            "channels": list(self.channels),
            "offer": self.offer,
            "goals": [{"metric": metric, "target": target}],
            "place": self.place,
            "risks": self.risks,
            "staff": [staff],
            "activities": [{**activity, "on": (starts + timedelta(days=2)).isoformat()}] if self.activity else [],
            "starts_on": starts,
            "ends_on": starts + timedelta(days=days),
            "budget_total": Decimal(self.budget),
            "expected_responses": target * 2,
            "expected_leads": target,
            "expected_revenue": Decimal(self.budget * 6),
            "opportunity_source": "客户消费分析与销售反馈",
            **self.more,
        }


CALL_BACK = Idea(
    "秋季老客户回访",
    "回访一年未下单的老客户，赠送一次免费巡检。",
    {"levels": ["silver"]},
    ("phone", "wechat"),
    (("gifts", "免费巡检 12 次", 5_400), ("print", "服务手册", 2_600)),
    ("恢复下单客户数", 15),
    "电话回访周",
    "杭州分公司",
)
ENERGY = Idea(
    "金级客户节能诊断周",
    "为金级客户提供半天节能诊断，现场出具报告，签约改造享九五折。",
    {"levels": ["gold"]},
    ("phone", "in_person"),
    (("staff", "诊断工程师 30 人天", 36_000), ("print", "诊断报告", 6_000), ("media", "公众号推广", 12_000)),
    ("签约改造项目数", 8),
    "首场节能诊断",
    "杭州国际博览中心",
    more={"concession_percent": Decimal(5)},
)
WINTER = Idea(
    "冬季设备保养提醒",
    "微信与短信提醒预约冬季保养，12 月前预约赠滤芯一套。",
    {"levels": ["standard"], "areas": ["宁波", "绍兴"]},
    ("wechat", "sms"),
    (("gifts", "滤芯 20 套", 7_600), ("media", "短信", 1_400)),
    ("预约保养次数", 60),
    "寄送保养提醒",
    "绍兴",
)
FAIR = Idea(
    "春季展会 Spring fair 杭州 · 上海",
    "两地联合展会，展示新风与智能控制产品，现场签约赠一年基础服务。",
    {"levels": ["silver", "gold"]},
    ("email", "in_person"),
    (("venue", "展位 72 平方米", 96_000), ("agency", "搭建", 48_000), ("gifts", "签约礼", 24_000)),
    ("有效线索", 120),
    "展会首日",
    "上海新国际博览中心",
    "两地人手紧张，需提前两个月确认值班表。",
    {"branches": ["SH"]},
)
LAUNCH = Idea(
    "集团智能控制品牌发布会",
    "以集团品牌发布新一代智能控制面板，邀请重点客户与媒体。",
    {"levels": ["gold", "platinum"]},
    ("email", "in_person", "web"),
    (("venue", "会场与舞台", 260_000), ("media", "媒体投放", 240_000), ("agency", "公关公司", 120_000)),
    ("签约意向", 40),
    "发布会",
    "杭州大剧院",
    "发布日期依赖产品认证进度。",
    {"uses_hq_brand": True},
)
DRAW = Idea(
    "客户满意度有奖问卷",
    "填写问卷可参加抽奖，一等奖年度清洗一次。",
    {"kinds": ["organisation"], "levels": ["standard", "silver"]},
    ("wechat", "email"),
    (("gifts", "奖品", 9_000), ("research", "问卷平台", 5_000)),
    ("有效问卷", 300),
    more={"has_prize_draw": True},
)
LUNCH = Idea(
    "酒店行业午餐会",
    "邀请酒店工程部经理交流冷水机组运维经验。",
    {"industries": ["酒店"]},
    ("phone", "wechat"),
    (("venue", "午餐与场地", 6_800), ("gifts", "伴手礼", 1_600)),
    ("到场人数", 24),
    "午餐会",
    "西湖国宾馆",
)
SCHOOLS = Idea(
    "国际学校新风改造推广",
    "开学前为国际学校提供空气质量检测和新风改造方案。",
    {"industries": ["国际学校"]},
    ("email", "phone"),
    (("staff", "检测 10 次", 9_500), ("print", "方案册", 3_200), ("media", "行业公众号", 6_000)),
    ("改造签约", 6),
    "校园空气检测",
    "滨江",
)
DENTAL = Idea(
    "口腔诊所水质检测月",
    "为口腔诊所免费检测水质，推广滤芯套装。",
    {"industries": ["口腔"]},
    ("phone",),
    (("staff", "检测 40 次", 16_000), ("gifts", "试用滤芯", 8_000)),
    ("签约诊所", 20),
    "首批检测",
    "杭州",
    more={"concession_percent": Decimal(18)},
)
RESEARCH = Idea(
    "长三角客户需求调研",
    "访谈三十家客户，了解明年设备更新计划。",
    {"kinds": ["organisation"]},
    ("phone", "in_person"),
    (("research", "访谈与报告", 16_000),),
    ("完成访谈", 30),
    "首轮访谈",
    "嘉兴",
    more={"kind": "research"},
)
TEA = Idea(
    "茶企仓储恒湿方案",
    "面向茶企推广恒温恒湿仓储改造。",
    {"industries": ["茶业"]},
    ("phone", "email"),
    (("print", "方案册", 2_800), ("media", "茶业杂志", 5_600)),
    ("有效线索", 18),
    "茶企沙龙",
    "杭州龙井村",
)
