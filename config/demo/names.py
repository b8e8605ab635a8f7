"""Names and addresses of the demo company's customers: Chinese in Chinese, English where the company writes English."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

FIRST = "兰清恒远华锦北明德瑞安泰和盛嘉佳康宏达联创新天海江云雅博汇通金银玉星辰晨曦永中东南"
SECOND = "亭禾泰山信江辰德诚源昌隆丰茂达利友邦铭越凯悦程宇宸轩成业兴顺洋航立舟岚川桥帆竹石"
TRADES = (
    ("酒店", "Hotels"),
    ("口腔", "Dental"),
    ("食品", "Foods"),
    ("纺织", "Textiles"),
    ("物流", "Logistics"),
    ("智能科技", "Robotics"),
    ("机电", "Electric"),
    ("国际学校", "School"),
    ("文具", "Stationery"),
    ("茶业", "Tea"),
    ("建材", "Building Materials"),
    ("医药", "Pharma"),
)
WORDS = (
    *("Northgate", "Bluewater", "Harbour", "Silverline", "Oakfield", "Riverside", "Summit", "Lakeview", "Greenhill"),
    *("Eastwind", "Brightway", "Stonebridge", "Clearview", "Ironwood", "Maplewood", "Redcliff", "Westport", "Fairmont"),
    *("Ashford", "Beacon", "Cedarbrook", "Copperfield", "Dovetail", "Elmhurst", "Foxglove", "Goldcrest", "Hawthorn"),
    *("Juniper", "Kingsway", "Larkspur", "Meridian", "Novara", "Orchard", "Pinecrest", "Quayside", "Rosewood"),
    *("Saltmarsh", "Thornbury", "Umbria", "Vantage", "Whitestone", "Yarrow", "Zenith", "Alder", "Birchwood"),
)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静磊强洋艳勇军杰娟涛明超秀霞平刚桂英"
FORENAMES = ("Anna", "Peter", "Ruth", "Daniel", "Laura", "Mark", "Sarah", "Paul", "Helen", "David", "Claire", "Simon")
FAMILY = ("Moore", "Hughes", "Ellis", "Carter", "Price", "Foster", "Barnes", "Walsh", "Grant", "Porter", "Lowe")
ROADS = {
    "杭州": ("西湖区文三路", "滨江区江南大道", "拱墅区莫干山路", "上城区解放路"),
    "宁波": ("鄞州区百丈东路", "海曙区中山西路"),
    "绍兴": ("越城区解放大道", "柯桥区金柯桥大道"),
    "嘉兴": ("南湖区中环南路", "秀洲区洪兴西路"),
    "湖州": ("吴兴区人民路", "南浔区向阳路"),
    "上海": ("浦东新区世纪大道", "徐汇区漕溪北路", "静安区南京西路", "闵行区莘庄路"),
    "苏州": ("工业园区星湖街", "姑苏区干将东路"),
    "昆山": ("玉山镇前进中路", "花桥镇绿地大道"),
    "Shanghai": ("Century Avenue", "West Nanjing Road", "North Caoxi Road"),
    "Suzhou": ("Xinghu Street", "East Ganjiang Road"),
}
CITIES = {"HZ": ("杭州", "宁波", "绍兴", "嘉兴", "湖州"), "SH": ("上海", "苏州", "昆山"), "EN": ("Shanghai", "Suzhou")}


@dataclass(frozen=True, slots=True)
class Called:
    """Who a customer is: the name in its own language, where, and what trade."""

    name: str
    legal_name: str
    area: str
    address: str
    industry: str


@dataclass(slots=True)
class Names:
    """Gives every company a name of its own; people may share theirs."""

    chance: random.Random
    given: set[str] = field(default_factory=set)

    def company(self, branch: str) -> Called:
        """A company near a branch; in Shanghai more than half write English."""
        while True:
            called = self._english() if branch == "SH" and self.chance.random() < 0.6 else self._chinese(branch)
            if called.name not in self.given:
                self.given.add(called.name)
                return called

    def person(self, branch: str) -> Called:
        """A private customer."""
        if branch == "SH" and self.chance.random() < 0.4:
            name, area = f"{self.chance.choice(FORENAMES)} {self.chance.choice(FAMILY)}", self._city("EN")
        else:
            given = "".join(self.chance.sample(GIVEN, self.chance.choice((1, 2))))
            name, area = self.chance.choice(SURNAMES) + given, self._city(branch)
        return Called(name, "", area, self._address(area), "")

    def _chinese(self, branch: str) -> Called:
        area, (trade, _english) = self._city(branch), self.chance.choice(TRADES)
        name = f"{area}{self.chance.choice(FIRST)}{self.chance.choice(SECOND)}{trade}"
        return Called(name, f"{name}有限公司", area, self._address(area), trade)

    def _english(self) -> Called:
        area, (_chinese, trade) = self._city("EN"), self.chance.choice(TRADES)
        name = f"{self.chance.choice(WORDS)} {trade}"
        return Called(name, f"{name} ({area}) Co., Ltd.", area, self._address(area), trade)

    def _city(self, branch: str) -> str:
        cities = CITIES[branch]
        return self.chance.choice((cities[0], cities[0], *cities))

    def _address(self, area: str) -> str:
        road, number = self.chance.choice(ROADS[area]), self.chance.randint(3, 899)
        return f"{number} {road}, {area}" if area.isascii() else f"{area}市{road} {number} 号"
