"""What happens to customers of the demo company: complaints, faults and questions, as people tell and answer them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ZH, EN = "zh", "en"
LANGUAGES = {ZH: "zh-hans", EN: "en"}
"""The same as customers' records name them."""


@dataclass(frozen=True, slots=True)
class Case:
    """One story: what the customer says, and what the people who handle it find and write, by form field."""

    language: str
    subject: str
    words: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    skill: str = ""


COMPLAINTS = (
    Case(
        ZH,
        "冷水机组两次停机",
        "展会期间东翼两次停机，38 间客房无制冷，客人要求换房，请退还当月服务费。",
        {
            "category": "facility_fault",
            "facts": "已电话核实：10 日和 12 日各停机一次，合计 5 小时，前台有记录。",
            "demand": "退还当月服务费，并更换冷却泵轴承。",
            "harm": 860,
            "root_cause": "冷却泵轴承磨损，巡检未发现",
            "findings": "两次停机均为冷却泵过热保护。上月巡检表中轴承噪音一栏未填写。",
            "solution": "免费更换轴承，退还当月服务费 860 元，并增加一次巡检。",
            "compensation_kind": "refund",
            "compensation": 860,
            "reply": "非常抱歉给贵司展会带来影响。轴承已更换，当月服务费 860 元三个工作日内退回，并免费增加一次巡检。",
            "improvement": "巡检表增加轴承噪音必填项，未填不能提交。",
        },
    ),
    Case(
        ZH,
        "发票金额与合同不符",
        "上月发票多开 1,200 元，财务无法入账，要求更正并说明原因。",
        {
            "category": "fee_settlement",
            "facts": "对照合同第 4 条，上月应为 3,200 元，实际开具 4,400 元。",
            "demand": "更正发票并退还差额。",
            "harm": 1200,
            "root_cause": "价格表未更新",
            "findings": "开票系统仍使用去年的价格表，影响 3 家客户，均已更正。",
            "solution": "作废原发票重新开具，差额 1,200 元原路退回。",
            "compensation_kind": "refund",
            "compensation": 1200,
            "reply": "原发票已作废并重新开具，差额 1,200 元将原路退回。给您的入账带来不便，深表歉意。",
            "improvement": "价格表更新后由财务复核一次再开票。",
        },
    ),
    Case(
        EN,
        "Technician came a day late",
        "The visit was promised for Tuesday morning. Nobody came, nobody called, and our tenants waited all day.",
        {
            "category": "delay",
            "facts": "Confirmed with the desk: the visit was moved to Wednesday and the customer was not told.",
            "demand": "An apology and a fixed time slot for the next visit.",
            "root_cause": "Booking moved without telling the customer",
            "findings": "The slot was moved after a P1 call. The message to the customer was drafted but never sent.",
            "solution": "A written apology, and the next two visits at a fixed hour.",
            "compensation_kind": "apology",
            "reply": "You were right to complain: we moved your visit and did not tell you. "
            "The next two visits are fixed for 9 a.m. and I will call you the day before.",
            "improvement": "Moving a booking now asks who has told the customer.",
        },
    ),
    Case(
        ZH,
        "更换水泵后仍然漏水",
        "上周更换水泵后接口处仍漏水，已漫到二号仓库，部分纸箱受潮。",
        {
            "category": "facility_fault",
            "facts": "客户发来照片，漏点在回水接口，仓库受潮约 6 平方米。",
            "demand": "当天止漏，并赔偿受潮货物。",
            "harm": 640,
            "root_cause": "垫圈规格用错",
            "findings": "安装时使用了旧型号垫圈，压力升高后渗漏。",
            "solution": "当天上门更换垫圈，派人复查整条管线。",
            "compensation_kind": "repair",
            "reply": "我们已安排当天上门更换垫圈并复查管线，受潮货物请列出清单，我们按清单处理。",
            "improvement": "备件箱按泵型号分装垫圈，并贴规格标签。",
        },
    ),
    Case(
        ZH,
        "电话和微信给出的优惠不一致",
        "微信客服说续约打九五折，电话里却说没有优惠，请给一个准确答复。",
        {
            "category": "channel_inconsistency",
            "facts": "微信记录显示引用的是上季度政策，该政策已结束。",
            "demand": "按九五折续约。",
            "harm": 160,
            "root_cause": "微信话术未更新",
            "findings": "客服话术库仍保留上季度优惠，电话答复是正确的。",
            "solution": "本次按微信承诺执行九五折，差额 160 元以服务券返还。",
            "compensation_kind": "policy_change",
            "reply": "是我们的话术没有及时更新。本次续约按九五折执行，感谢您的指正。",
            "policy_change": "优惠政策到期当天，微信与电话话术同时下线。",
        },
    ),
    Case(
        EN,
        "Cut off twice on the hotline",
        "I called about a dead control panel, was cut off twice, and the third colleague was rude.",
        {
            "category": "staff_attitude",
            "facts": "The recording confirms two dropped calls and an impatient tone in the third.",
            "demand": "A call back from somebody responsible.",
            "root_cause": "Headset fault and missing handover",
            "findings": "Both drops come from a faulty headset. The third colleague had no notes of the calls before.",
            "solution": "A call from the service manager today, and a service credit of 150.",
            "compensation_kind": "refund",
            "compensation": 150,
            "reply": "I have listened to the calls and I am sorry. A credit of 150 is on its way, "
            "and your panel is booked for tomorrow morning.",
            "improvement": "Dropped calls open a note by themselves, so that nobody has to tell the story twice.",
        },
    ),
    Case(
        ZH,
        "押金三周未退",
        "合同上月底到期，押金 2,000 元至今没有退回，多次催问没有结果。",
        {
            "category": "delay",
            "facts": "退款申请已提交，卡在财务付款环节，缺少客户签字的验收单。",
            "demand": "本周内退还押金。",
            "harm": 2000,
            "root_cause": "验收单未归档",
            "findings": "验收单在现场工程师处，未扫描上传，财务因此未付款。",
            "solution": "补传验收单，财务当天付款，并支付延迟利息。",
            "compensation_kind": "refund",
            "compensation": 2000,
            "reply": "押金 2,000 元今天付款，预计两个工作日到账。延误是我们内部归档不及时造成的，向您道歉。",
            "improvement": "验收单须在现场用手机上传，才能关闭派工单。",
        },
    ),
    Case(
        ZH,
        "会议室空调噪音大",
        "二楼会议室空调低频噪音明显，重要会议只能关机进行。",
        {
            "category": "facility_fault",
            "agent_severity": "minor",
            "facts": "客户录音可听到低频共振，只在低速档出现。",
            "demand": "一周内处理好。",
            "root_cause": "风机减震垫老化",
            "findings": "减震垫硬化，低速时与吊架共振。",
            "solution": "更换四只减震垫，现场复测噪音。",
            "compensation_kind": "none",
            "reply": "已约好周四上门更换减震垫，完成后我们会当场复测噪音并把结果给您。",
        },
    ),
    Case(
        EN,
        "Tenant's phone number given to a stranger",
        "Somebody at your desk gave my mobile number to a third party who now calls me every day.",
        {
            "category": "privacy",
            "flags": ["privacy"],
            "facts": "The number was read out on the phone to a person who said he was a contractor of the customer.",
            "demand": "Stop it, and tell me what happens with my data.",
            "harm": 300,
            "root_cause": "Caller not identified",
            "findings": "The colleague did not ask for the customer number before giving out contact data.",
            "solution": "Apology, written account of what was passed on, and a credit of 300.",
            "compensation_kind": "refund",
            "compensation": 300,
            "reply": "Your number should not have been given out. Below is what was passed on and when, "
            "and what we changed. A credit of 300 is on its way.",
            "improvement": "No contact data is given on the phone without the customer number and a call back.",
        },
    ),
    Case(
        ZH,
        "维修时损坏了吊顶",
        "上门检修时踩坏两块吊顶，碎片落在客房床上，幸好无人受伤。",
        {
            "category": "facility_fault",
            "flags": ["safety"],
            "facts": "现场照片属实，客房已停用一天。",
            "demand": "恢复吊顶并赔偿停用损失。",
            "harm": 5200,
            "root_cause": "未使用检修口",
            "findings": "技术员为省时从吊顶走线，违反高处作业规程。",
            "solution": "三天内恢复吊顶，赔偿停用损失 5,200 元，相关人员重新培训。",
            "compensation_kind": "refund",
            "compensation": 5200,
            "reply": "吊顶将于三天内恢复，停用损失 5,200 元由我方承担。事故原因和整改措施见附件。",
            "improvement": "高处作业须先拍检修口照片，再开始施工。",
        },
    ),
    Case(
        ZH,
        "协议价被取消未通知",
        "续签后发现协议价没有了，没有任何人事先通知我们。",
        {
            "category": "concession_policy",
            "facts": "协议价随旧合同到期，新合同未写入，销售确认漏发通知。",
            "demand": "恢复协议价到年底。",
            "harm": 2600,
            "root_cause": "续签流程缺少通知步骤",
            "findings": "续签时系统未提示协议价到期，销售也未告知客户。",
            "solution": "协议价延长到年底，已多付的 2,600 元退回。",
            "compensation_kind": "refund",
            "compensation": 2600,
            "reply": "协议价已恢复到年底，多付的 2,600 元将退回。感谢您及时指出。",
        },
    ),
    Case(
        EN,
        "Charged for a visit under warranty",
        "The pump is four months old. Your technician changed a seal and we got a bill for labour.",
        {
            "category": "fee_settlement",
            "facts": "The pump is under warranty until March; the visit was booked as chargeable.",
            "demand": "Cancel the bill.",
            "harm": 180,
            "root_cause": "Warranty date missing on the order",
            "findings": "The work order carried no warranty date, so the table charged labour.",
            "solution": "The bill of 180 is cancelled and the warranty date entered.",
            "compensation_kind": "refund",
            "compensation": 180,
            "reply": "You are right: this visit was under warranty. The bill of 180 is cancelled.",
        },
    ),
)
FAULTS = (
    Case(
        ZH,
        "机房空调高温报警",
        "机房温度 31 度，空调显示高压报警，重启后半小时又停。",
        {
            "symptom": "高压报警，重启后半小时停机。",
            "steps_tried": "清洁滤网，检查室外机电源。",
            "cause": "冷凝器脏堵",
            "parts_needed": [{"part": "FAN-220", "quantity": 1}],
        },
        "hvac",
    ),
    Case(
        ZH,
        "三楼水管渗漏",
        "三楼茶水间墙角渗水，地面有积水。",
        {
            "symptom": "墙角渗水，关闭支路阀门后减缓。",
            "steps_tried": "关闭支路阀门。",
            "cause": "接头老化",
            "parts_needed": [{"part": "SEAL-25", "quantity": 2}],
        },
        "plumbing",
    ),
    Case(
        EN,
        "Control panel is dead",
        "The panel on floor 5 shows nothing since the power cut on Friday.",
        {
            "symptom": "No display, fuse is fine.",
            "steps_tried": "Power cycled, fuse checked.",
            "cause": "Power supply burnt",
            "parts_needed": [{"part": "PSU-24", "quantity": 1}],
        },
        "electric",
    ),
    Case(
        ZH,
        "空气处理机组滤网堵塞",
        "送风量明显变小，机组提示压差过大。",
        {"symptom": "压差报警，风量小。", "steps_tried": "查看压差表，记录读数。", "cause": "滤网堵塞"},
        "hvac",
    ),
    Case(
        ZH,
        "配电箱频繁跳闸",
        "仓库配电箱一天跳闸三次，冷库停了两次。",
        {"symptom": "漏电保护动作，潮湿天更频繁。", "steps_tried": "逐路断开排查。", "cause": "插座进水"},
        "electric",
    ),
    Case(
        EN,
        "No hot water in the east wing",
        "Guests in the east wing have had no hot water since this morning.",
        {
            "symptom": "Boiler runs, circulation pump does not.",
            "steps_tried": "Restarted the pump from the panel.",
            "cause": "Worn circulation pump",
            "parts_needed": [{"part": "PUMP-32", "quantity": 1}],
        },
        "plumbing",
    ),
    Case(
        ZH,
        "冷却塔风机异响",
        "冷却塔二号风机有金属摩擦声，怕影响周末活动。",
        {"symptom": "低速时有摩擦声。", "steps_tried": "切换到一号风机运行。", "cause": "风机皮带松动"},
        "hvac",
    ),
)
INQUIRIES = (
    Case(
        ZH,
        "询问年度清洗报价",
        "想了解两台机组年度清洗的价格和时间。",
        {"answer": "报价单已发送，两台合计 10,600 元，三月可安排。"},
    ),
    Case(
        EN,
        "Price of a training day",
        "How much is a training day for six people on our site?",
        {"answer": "A training day on your site is 2,400 for up to eight people; I have sent two dates."},
    ),
    Case(ZH, "申请电子发票", "请问能否改为每月开具电子发票？", {"answer": "已改为每月电子发票，发送到您登记的邮箱。"}),
    Case(
        EN,
        "Opening hours over the holidays",
        "Is the hotline staffed during Golden Week?",
        {"answer": "Yes, around the clock; visits are planned for emergencies only."},
    ),
    Case(
        ZH,
        "咨询白金服务内容",
        "白金级客户的专属热线包含哪些服务？",
        {"answer": "专属热线、首小时响应和客户经理，已发送服务说明。"},
    ),
)
NOTES = {
    ZH: (
        "询问年度清洗报价，希望本周答复。",
        "对上次服务满意，提到明年春天开设新址的计划。",
        "希望今后用邮件收取发票。",
        "已邀请参加春季展会，两人出席。",
        "续约价格还在比较，下周三再联系。",
        "财务换人，新联系人下月接手对账。",
    ),
    EN: (
        "Asked for a quotation for the yearly cleaning; wants an answer this week.",
        "Happy with the last visit. Mentioned plans for a second site next spring.",
        "Wants invoices by e-mail from now on.",
        "Invited to the spring fair; two people will come.",
        "Still comparing prices for the renewal; call again on Wednesday.",
    ),
}
CONTACTS = {
    ZH: (("唐梅", "工程部经理"), ("冯斌", "采购主管"), ("宋佳", "财务"), ("程浩", "物业经理"), ("邓琳", "总经理助理")),
    EN: (("Anna Moore", "Facility manager"), ("Peter Hughes", "Purchasing"), ("Ruth Ellis", "Finance")),
}


def known_case(subject: str) -> Case | None:
    """The story behind a record with this subject; None for what visitors of the demo wrote themselves."""
    return _BY_SUBJECT.get(subject)


_BY_SUBJECT = {case.subject: case for case in (*COMPLAINTS, *FAULTS, *INQUIRIES)}
