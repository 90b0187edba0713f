"""One run from question to answer: solve beside, tell how far it is, let the verifier judge, then put it on the roster."""

from concurrent.futures import Future, ThreadPoolExecutor, wait

from apps.duty.conflicts import in_words
from apps.duty.plan import Progress, Solution
from apps.duty.selectors.planning import Question, question_of
from apps.duty.services.solving import solving_fail, solving_finish, solving_note
from apps.duty.solver import Brake, Infeasible, OutOfTime, solve
from apps.duty.verifier import faults_of

SECONDS = 30.0
LOOKS_EVERY = 0.5
MOST_CAUSES = 12


def month_solve(*, solving_id: int, seconds: float = SECONDS) -> None:
    """Arrange the roster of a run; a run that has ended is left alone. A roster with any fault is never put in place."""
    question = question_of(solving_id)
    if question is None:
        return
    try:
        made = _solved(solving_id, question, seconds)
    except Infeasible as refused:
        words = in_words(refused.causes, question.plan, question.people, question.posts)
        more = f" 等 {len(words)} 条" if len(words) > MOST_CAUSES else ""
        solving_fail(
            solving_id=solving_id,
            words="以下要求不能同时满足：" + "；".join(words[:MOST_CAUSES]) + more + "。",
        )
        return
    except OutOfTime:
        solving_fail(
            solving_id=solving_id, words="限定时间内没有排出合规的值班表，请减少规则或增加人员后重试。"
        )
        return
    if faults_of(question.plan, made.given):
        solving_fail(solving_id=solving_id, words="编排结果没有通过独立核查，未采用，请联系系统管理员。")
        return
    cells = {
        (watch, post): question.appointments[post, person] for (watch, post), person in made.given.items()
    }
    solving_finish(
        solving_id=solving_id,
        cells=cells,
        aims=made.aims,
        words=f"用时 {made.seconds:.1f} 秒，已通过独立核查{_kept_in_mind(question)}。",
    )


def _kept_in_mind(question: Question) -> str:
    """What beyond the month went into it, for the certificate."""
    kept, brought = len(question.plan.day_only), question.balanced
    parts = [f"；{kept} 人不排夜班，均已避开"] if kept else []
    parts += [f"；已计入 {brought} 人的往年结余"] if brought else []
    return "".join(parts)


def _solved(solving_id: int, question: Question, seconds: float) -> Solution:
    """The solver works on a thread of its own that touches no row; this one writes how far it is and pulls the brake."""
    brake = Brake()
    heard: list[Progress] = []
    with ThreadPoolExecutor(1) as pool:
        running: Future[Solution] = pool.submit(
            solve, question.plan, seconds=seconds, watcher=heard.append, brake=brake
        )
        while not wait([running], timeout=LOOKS_EVERY).done:
            latest = heard[-1] if heard else None
            if not solving_note(solving_id=solving_id, progress=latest):
                brake.pull()
        return running.result()
