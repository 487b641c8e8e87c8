import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../domain/plan.ts';
import {
  gateCheck,
  planCheck,
  planProgress,
  type PlanProgressView,
  type GateCheck,
  type GateCheckView,
  type PlanCheck,
  type PlanCheckView,
} from './check-reports.ts';
import type { DriftView } from './drift-view.ts';
import { groupChecks, type GroupChecks, type GroupCheckView } from './group-check-reports.ts';
import {
  adoptingPullRequest,
  alertIssue,
  driftIssue,
  glassIssue,
  offeredPullRequest,
  revertPullRequest,
  type AdoptingView,
  type AlertView,
  type GlassView,
  type Letter,
  type OfferView,
  type RevertView,
} from './letters.ts';
import {
  bringBackPullRequest,
  flowDownPullRequest,
  promotionPullRequest,
  type BringBackView,
  type FlowDownView,
  type PromotionView,
} from './promotion-letters.ts';
import { planMarkdown, planPage } from './plan-documents.ts';
import { planText, type TextOptions } from './plan-text.ts';
import { reply } from './reply.ts';
import type { ReplyView } from './reply-view.ts';
import { stickyComment } from './sticky-comment.ts';
import type { StickyView } from './sticky-view.ts';
import { loadTemplates } from './templates.ts';

/** Everything that Tidegate says to people about a plan and what became of it. Pure: the same view, the same text. */
export interface Reports {
  /** The one comment of a pull request: at most 65,536 bytes, valid Markdown however much is cut. */
  stickyComment(view: StickyView): string;
  /** Summary and text at most 65,535 bytes each. */
  planCheck(view: PlanCheckView): PlanCheck;
  planProgress(view: PlanProgressView): { readonly title: string; readonly summary: string };
  gateCheck(view: GateCheckView): GateCheck;
  /** Both checks of a merge group; within the same limits. */
  groupChecks(view: GroupCheckView): GroupChecks;
  /** The comment that answers a command. */
  reply(view: ReplyView): string;
  alertIssue(view: AlertView): Letter;
  /** Tells of an environment's drift. */
  driftIssue(view: DriftView): Letter;
  /** Asks for a review of what went round the gate. */
  glassIssue(view: GlassView): Letter;
  revertPullRequest(view: RevertView): Letter;
  offeredPullRequest(view: OfferView): Letter;
  promotionPullRequest(view: PromotionView): Letter;
  bringBackPullRequest(view: BringBackView): Letter;
  flowDownPullRequest(view: FlowDownView): Letter;
  adoptingPullRequest(view: AdoptingView): Letter;
  /** For a terminal: no control character of the plan's gets through. */
  planText(plan: Plan, options: TextOptions): string;
  planMarkdown(plan: Plan): string;
  /** HTML that loads `/assets/tidegate.css` and nothing else. */
  planPage(plan: Plan): string;
  /** What is served at `/assets/tidegate.css`. */
  stylesheet(): string;
}

export interface ReportOptions {
  /** The folder `templates` of this project. */
  readonly templatesDirectory: string;
}

/** Reads all templates once; throws where one is missing or does not parse. */
export function createReports({ templatesDirectory }: ReportOptions): Reports {
  const render = loadTemplates(templatesDirectory);
  const css = readFileSync(join(templatesDirectory, 'dashboard', 'tidegate.css'), 'utf8');
  return {
    stickyComment: (view) => stickyComment(render, view),
    planCheck: (view) => planCheck(render, view),
    planProgress,
    gateCheck: (view) => gateCheck(render, view),
    groupChecks: (view) => groupChecks(render, view),
    reply: (view) => reply(render, view),
    alertIssue: (view) => alertIssue(render, view),
    driftIssue: (view) => driftIssue(render, view),
    glassIssue: (view) => glassIssue(render, view),
    revertPullRequest: (view) => revertPullRequest(render, view),
    adoptingPullRequest: (view) => adoptingPullRequest(render, view),
    offeredPullRequest: (view) => offeredPullRequest(render, view),
    promotionPullRequest: (view) => promotionPullRequest(render, view),
    bringBackPullRequest: (view) => bringBackPullRequest(render, view),
    flowDownPullRequest: (view) => flowDownPullRequest(render, view),
    planText,
    planMarkdown: (plan) => planMarkdown(render, plan),
    planPage: (plan) => planPage(render, plan),
    stylesheet: () => css,
  };
}
