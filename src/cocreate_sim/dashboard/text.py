"""The page's own words in English and Chinese, in one table; names of outcomes, policies and worlds are those of the reports."""

from __future__ import annotations

from pathlib import Path

from ..analysis.languages import LANGUAGES as LANGUAGES
from ..analysis.languages import TAGS as TAGS
from ..analysis.languages import translated, using
from ..analysis.words import percent_of
from ..outcomes.catalogue import OUTCOMES as OUTCOMES

_TEXTS: dict[str, tuple[str, str, str]] = {
    "title": ("Grassroots governance: what if?", "基层治理：如果这样做呢？", "基層治理：如果這樣做呢？"),
    "lead": (
        "Move a lever and watch a simulated neighbourhood week by week, beside a baseline with the same people and luck.",
        "移动一项政策杠杆，逐周观察模拟的小区；基准方案里住着同样的居民，遇到同样的运气。",
        "移動一項政策槓桿，逐週觀察模擬的小區；基準方案裡住著同樣的居民，遇到同樣的運氣。",
    ),
    "language": ("Language", "语言", "語言"),
    "world": ("Place", "地方", "地方"),
    "weeks": ("Weeks", "周数", "週數"),
    "seed": ("Luck (number)", "运气（编号）", "運氣（編號）"),
    "repeat": ("Repeat with", "重复次数", "重複次數"),
    "times": ("{n} different lucks", "{n} 种运气", "{n} 種運氣"),
    "once": ("one luck only", "只用一种运气", "只用一種運氣"),
    "households": ("{n} households", "{n} 户", "{n} 戶"),
    "too_large": ("{n} households: too large for this page", "{n} 户：本页运行不了", "{n} 戶：本頁運行不了"),
    "baseline": ("Baseline", "基准方案", "基準方案"),
    "policy": ("Policy {n}", "方案 {n}", "方案 {n}"),
    "start_from": ("Start from", "以此为起点", "以此為起點"),
    "levers": ("Levers", "政策杠杆", "政策槓桿"),
    "posts": ("Posts (編制)", "编制", "編制"),
    "partition": ("Unit size (households)", "邻里单元大小（户）", "鄰里單元大小（戶）"),
    "pay": ("Pay of community workers", "社区工作者月薪", "社區工作者月薪"),
    "red_board": ("Red board (紅榜)", "红榜", "紅榜"),
    "clubs": ("Clubs", "社团", "社團"),
    "stations": ("Stations for couriers", "新就业群体服务驿站", "新就業群體服務驛站"),
    "since": ("From", "开始时间", "開始時間"),
    "at_start": ("the start", "一开始", "一開始"),
    "since_note": (
        "Posts, unit size, pay and board can change on a date; until then they are the baseline's.",
        "编制、单元大小、月薪和红榜可以从某月起改变，此前与基准方案相同。",
        "編制、單元大小、月薪和紅榜可以從某月起改變，此前與基準方案相同。",
    ),
    "range": ("{low} to {high} {unit}", "{low} 至 {high}（{unit}）", "{low} 至 {high}（{unit}）"),
    "unit_posts": ("posts per subdistrict", "每街道名额", "每街道名額"),
    "unit_pay": ("yuan per month", "元／月", "元／月"),
    "size_nested": ("nested (5 x 5 x 4 x 5)", "多级嵌套（5×5×4×5）", "多級嵌套（5×5×4×5）"),
    "size_grid": ("grid (網格)", "网格", "網格"),
    "size_number": ("{n} households", "{n} 户", "{n} 戶"),
    "add": ("Add a policy", "增加一个方案", "增加一個方案"),
    "remove": ("Remove", "移除", "移除"),
    "save": ("Save as baseline", "设为基准", "設為基準"),
    "as_usual": ("Baseline before 2022", "恢复 2022 年前的基准", "恢復 2022 年前的基準"),
    "play": ("Play", "播放", "播放"),
    "pause": ("Pause", "暂停", "暫停"),
    "again": ("From the beginning", "从头开始", "從頭開始"),
    "pace": ("Pace", "速度", "速度"),
    "pace_all": ("as computed", "算多快放多快", "算多快放多快"),
    "pace_fast": ("12 weeks a second", "每秒 12 周", "每秒 12 週"),
    "pace_slow": ("4 weeks a second", "每秒 4 周", "每秒 4 週"),
    "week": ("Week", "周", "週"),
    "smooth": ("Show the mean of the last four weeks", "显示最近四周的平均", "顯示最近四週的平均"),
    "settling": ("settling in, not counted", "预热期，不计入", "預熱期，不計入"),
    "chart": ("Chart {n}", "图 {n}", "圖 {n}"),
    "computing": ("{done} of {total} weeks", "第 {done} 周，共 {total} 周", "第 {done} 週，共 {total} 週"),
    "waiting": ("waiting", "等待中", "等待中"),
    "running": ("computing", "计算中", "計算中"),
    "done": ("complete", "完成", "完成"),
    "failed": ("failed: {why}", "失败：{why}", "失敗：{why}"),
    "stopped": ("given up", "已停止", "已停止"),
    "table": ("In numbers", "数字比较", "數字比較"),
    "outcome": ("Outcome", "指标", "指標"),
    "unit": ("Unit", "单位", "單位"),
    "against": ("{label}, against the baseline", "{label}（与基准相比）", "{label}（與基準相比）"),
    "one_luck": (
        "Means of the weeks shown, one run each with the same luck: a difference may be chance. More lucks show how sure it is.",
        "已显示各周的平均。每个方案只运行了一次，运气相同：差别仍可能出于偶然。增加重复次数，可看出把握有多大。",
        "已顯示各週的平均。每個方案只運行了一次，運氣相同：差別仍可能出於偶然。增加重複次數，可看出把握有多大。",
    ),
    "so_sure": (
        "Whole runs with {n} lucks; paired differences, 95 % intervals (grey: zero is inside), doubts about the model aside.",
        "{n} 种运气下整个时期的平均，以及成对比较的差别和 95 % 置信区间（灰色：区间包含零）。区间不包含模型本身的不确定性。",
        "{n} 種運氣下整個時期的平均，以及成對比較的差別和 95 % 信賴區間（灰色：區間包含零）。區間不包含模型本身的不確定性。",
    ),
    "still": (
        "{done} of {total} runs are complete.",
        "共 {total} 次运行，已完成 {done} 次。",
        "共 {total} 次運行，已完成 {done} 次。",
    ),
    "points": (" points", " 个百分点", " 個百分點"),
    "colon": (": ", "：", "："),
    "then": ("; ", "；", "；"),
    "to": ("to", "至", "至"),
    "download": ("Download", "下载", "下載"),
    "weekly_csv": ("weeks (CSV)", "逐周数据（CSV）", "逐週數據（CSV）"),
    "table_csv": ("comparison (CSV)", "比较表（CSV）", "比較表（CSV）"),
    "report_html": ("report (HTML)", "报告（HTML）", "報告（HTML）"),
    "report_note": (
        "The report runs what the page asks for once more, as a study: half a minute or more.",
        "报告会把本页的比较作为一项研究重新运行：约需半分钟或更久。",
        "報告會把本頁的比較作為一項研究重新運行：約需半分鐘或更久。",
    ),
    "command": ("The same from the command line", "命令行中的同样比较", "命令列中的同樣比較"),
    "caveat": (
        "A model of how things may hang together, with parameters that nobody has measured: for comparing ideas, not a forecast.",
        "这是一个关于因果如何相连的模型，许多参数无人测量过：适合比较想法，不是预测。",
        "這是一個關於因果如何相連的模型，許多參數無人測量過：適合比較想法，不是預測。",
    ),
    "not_run": ("Policy {n} does not run: {why}", "方案 {n} 无法运行：{why}", "方案 {n} 無法運行：{why}"),
    "base_not_run": ("The baseline does not run: {why}", "基准方案无法运行：{why}", "基準方案無法運行：{why}"),
    "wrong": ("Something could not be used", "有内容无法使用", "有內容無法使用"),
    "same": ("as the baseline", "与基准相同", "與基準相同"),
    "from_date": ("from {month}", "自 {month} 起", "自 {month} 起"),
    "settings": ("Place and luck", "地方与运气", "地方與運氣"),
    "on": ("on", "开", "開"),
    "off": ("off", "关", "關"),
}

SHOWN = (
    "participation_week", "volunteers_registered", "backlog", "issues_reported", "issues_solved", "solved_in_unit_share",
    "on_time_share", "satisfaction", "utilisation_posts", "condition_mean", "ties_per_resident", "belonging_mean", "trust_mean",
    "burnout_mean", "vacancy_share", "public_yuan",
)  # fmt: skip
"""Outcomes of the table."""
WEEKLY = tuple(name for name, outcome in OUTCOMES.items() if outcome.weekly)
"""Outcomes of the charts."""


def say(key: str, language: str, **values: object) -> str:
    """Return one of the page's texts in a language, with its values put in."""
    return _TEXTS[key][list(LANGUAGES).index(language)].format(**values)


def outcome(name: str, language: str) -> tuple[str, str]:
    """Return label and unit of an outcome; shares are in percent."""
    found = OUTCOMES[name]
    unit = percent_of(found.unit) if found.unit.startswith("share") else found.unit
    with using(language):
        return translated(found.label), translated(unit, "unit")


def world(name: str, language: str) -> str:
    """Return what a world is called; one of the reader's own keeps its name."""
    with using(language):
        return translated(Path(name).stem.replace("_", " "))


def policy(label: str, language: str) -> str:
    """Return what a policy is called; one of the reader's own keeps its label."""
    with using(language):
        return translated(label)
