"""What people of the demo company write into forms where the case itself says nothing, by field and language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from config.demo.cases import EN, ZH

Phrases = Mapping[str, Sequence[str]]

# By field, or by "element.field" where the same field means something else.
PHRASES: Mapping[str, Phrases] = {
    "facts": {ZH: ("已电话核实，情况属实。",), EN: ("Confirmed on the phone.",)},
    "demand": {ZH: ("尽快处理并说明原因。",), EN: ("A solution soon, and the reason.",)},
    "root_cause": {ZH: ("流程交接不清",), EN: ("Unclear handover",)},
    "findings": {
        ZH: ("记录与客户所述一致，责任在我方。", "现场查看后确认，原因已找到。"),
        EN: ("Our records agree with the customer.", "Checked on site; the cause is found."),
    },
    "solution": {ZH: ("当面致歉，本周内处理完毕。",), EN: ("Apologise and put it right this week.",)},
    "reply": {
        ZH: ("您反映的问题我们已处理完毕，给您带来的不便深表歉意。",),
        EN: ("What you told us about is put right. We are sorry for the trouble.",),
    },
    "opinion": {
        ZH: ("金额在合同范围内，同意按此处理。", "人手足够，本周可以安排。", "客户一向按时付款，建议从优处理。"),
        EN: ("Within the contract; fine with us.", "We have people free this week.", "A good customer; be generous."),
    },
    "comment": {
        ZH: ("同意，按此执行。", "同意，请跟进结果。", "情况清楚，同意。"),
        EN: ("Agreed.", "Fine with me; keep me posted.", "Clear case, agreed."),
    },
    "decision_reason": {
        ZH: ("最近两张发票有争议，先结清再议。", "依据不够充分，请补充说明。"),
        EN: ("The last two invoices are disputed; settle them first.", "Please add what it is based on."),
    },
    "reason": {
        ZH: ("等待供应商确认，需要更多时间。", "由熟悉该客户的同事接手更快。"),
        EN: ("The supplier has to confirm first.", "A colleague who knows the customer will be faster."),
    },
    "verdict_reason": {ZH: ("记录与现场照片一致。",), EN: ("Records and photographs agree.",)},
    "policy_change": {ZH: ("到期政策在各渠道同时下线。",), EN: ("Ended policies leave all channels on one day.",)},
    "improvement": {ZH: ("补充检查项，并对相关同事培训。",), EN: ("A further check, and training for the team.",)},
    "article_title": {ZH: ("处理同类投诉的步骤",), EN: ("How to handle complaints like this",)},
    "payment_reference": {ZH: ("网银转账 0871",), EN: ("Bank transfer 0871",)},
    "justification": {
        ZH: ("今年订单稳定增长，按时付款，正在洽谈框架合同，希望先行升级以示支持。",),
        EN: ("Orders have grown steadily, the customer pays on time and asks for a framework contract.",),
    },
    "remark": {ZH: ("与客户已沟通。",), EN: ("Discussed with the customer.",)},
    "assign_reason": {ZH: ("熟悉该客户现场。",), EN: ("Knows the site.",)},
    "refusal_reason": {ZH: ("当天已有两个现场，赶不到。",), EN: ("Two other sites that day.",)},
    "quote_reason": {ZH: ("超出本季度预算。",), EN: ("Beyond this quarter's budget.",)},
    "inspection_note": {ZH: ("现场整洁，记录完整。",), EN: ("Clean site, complete records.",)},
    "customer_words": {ZH: ("按电话指引重启后恢复正常，谢谢。",), EN: ("It runs again after the restart, thank you.",)},
    "complaint_words": {ZH: ("处理时间太长，也没有提前通知。",), EN: ("It took far too long and nobody told us.",)},
    "symptom": {ZH: ("运行中停机，面板有报警。",), EN: ("Stops while running, alarm on the panel.",)},
    "steps_tried": {ZH: ("重启并检查电源。",), EN: ("Restarted, power checked.",)},
    "cause": {ZH: ("部件老化",), EN: ("Worn part",)},
    "signed_by": {ZH: ("唐梅", "程浩", "宋佳"), EN: ("Anna Moore", "Peter Hughes")},
    "how": {ZH: ("已按条件落实，资料见附件。",), EN: ("Done as asked; papers attached.",)},
    "progress": {
        ZH: ("已联系六成名单，反馈良好。", "现场活动顺利，到场人数超出预期。"),
        EN: ("Six in ten contacted, good response.", "The event went well, more people came than planned."),
    },
    "problems": {ZH: ("部分电话号码已停用。",), EN: ("Some numbers are out of use.",)},
    "result": {ZH: ("到场 42 人，登记意向 11 家。",), EN: ("42 people came, 11 left their card.",)},
    "lessons": {
        ZH: ("下次提前两周邀约，周三下午到场率最高。",),
        EN: ("Invite two weeks ahead; Wednesday afternoons work best.",),
    },
    "text": {ZH: ("活动物料须经法务审阅。",), EN: ("Legal reads the material first.",)},
    "part": {ZH: ("SEAL-25", "FAN-220"), EN: ("PSU-24", "PUMP-32")},
    "note": {ZH: ("按意见缩小范围并补充指标。",), EN: ("Narrowed down and targets added as asked.",)},
}
OTHERWISE: Phrases = {ZH: ("已按约定处理。",), EN: ("Done as agreed.",)}

# How often an option is chosen where a form offers it, against 4 for any other.
LIKING: Mapping[Any, int] = {
    **dict.fromkeys(("approve", "pass", "complaint", "accept", "accepted", "yes", "done"), 24),
    **dict.fromkeys(("reject", "return", "revise", "change", "refuse", "refused", "no", "need_parts"), 3),
    **dict.fromkeys(("duplicate", "not_a_complaint", "cannot_do", "cancelled", "unreachable", "give_up"), 1),
    "no_one_home": 2,
    "second_visit": 2,
    "approve_with_conditions": 2,
    "decline": 8,
    "leave": 6,
    "take_over": 1,
    "reassign": 1,
}
