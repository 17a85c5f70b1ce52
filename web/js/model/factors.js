/**
 * The rows of the sheet of risk and protective factors, version `default-1`, by their ids (domain.md section 2.3): about
 * situations and behaviour, never about opinions, faith or origin. What each means stands in the catalogues, `factor.ID`.
 */

export const RISK = Object.freeze(["r01_withdrawal", "r02_closed_circle", "r03_contact", "r04_participation",
  "r05_dehumanising", "r06_violence_ok", "r07_material", "r08_grievance", "r09_daily_life", "r10_distress",
  "r11_violence_weapons", "r12_trapped"]);
export const PROTECTIVE = Object.freeze(["p01_trusted_adult", "p02_open_talk", "p03_other_friends", "p04_school_work",
  "p05_leisure", "p06_doubt", "p07_empathy", "p08_coping", "p09_own_goals", "p10_accepts_help", "p11_basic_safety",
  "p12_meaning"]);
