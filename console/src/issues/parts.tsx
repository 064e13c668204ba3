// The pages about issues in one lazily loaded bundle: whoever reads the list goes on to one of them.
export { FeedbackPage } from './feedback-page.tsx';
export { IssuePage } from './issue-page.tsx';
export { IssuesPage } from './issues-page.tsx';
