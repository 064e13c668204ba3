// The pages about projects in one lazily loaded bundle: the list leads to one, making one leads to its snippets.
export { NewProjectPage } from './new-project-page.tsx';
export { ProjectPage } from './project-page.tsx';
export { ProjectsPage } from './projects-page.tsx';
