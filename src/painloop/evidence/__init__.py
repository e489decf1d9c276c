"""What is known of ketamine for pain, in words: claims, trials, guidelines, answers, and a leaflet for patients.

Plain functions over the library; nothing here draws, asks the network or starts the engine.
"""

from painloop.evidence.claims import InClaim, claim, claims, claims_about, predictors
from painloop.evidence.course import PlannedCourse
from painloop.evidence.guidelines import Advice, advice, disagreements, guideline_questions, guidelines
from painloop.evidence.leaflet import Leaflet, RiskRow, Section, Step, leaflet
from painloop.evidence.leaflet_text import leaflet_text
from painloop.evidence.patient_texts import forbidden_in, missing_in
from painloop.evidence.pooled import PooledResult, pooled_by_time
from painloop.evidence.questions import Question, about_condition, question, questions, topics
from painloop.evidence.reading_age import school_grade
from painloop.evidence.results import ResultRow, harms, results
from painloop.evidence.search import Hit, best_question, search, unknown_words
from painloop.evidence.sentences import Sentence
from painloop.evidence.shares import MeanDifference, Share, share_of
from painloop.evidence.trials import TrialFilter, TrialSummary, trial_summary, trials

__all__ = [
    "Advice",
    "Hit",
    "InClaim",
    "Leaflet",
    "MeanDifference",
    "PlannedCourse",
    "PooledResult",
    "Question",
    "ResultRow",
    "RiskRow",
    "Section",
    "Sentence",
    "Share",
    "Step",
    "TrialFilter",
    "TrialSummary",
    "about_condition",
    "advice",
    "best_question",
    "claim",
    "claims",
    "claims_about",
    "disagreements",
    "forbidden_in",
    "guideline_questions",
    "guidelines",
    "harms",
    "leaflet",
    "leaflet_text",
    "missing_in",
    "pooled_by_time",
    "predictors",
    "question",
    "questions",
    "results",
    "school_grade",
    "search",
    "share_of",
    "topics",
    "trial_summary",
    "trials",
    "unknown_words",
]
