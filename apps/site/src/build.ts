// Writes the site to dist/: guides and READMEs beside the reference of all public packages, and the same for programs
// that read. Fails on whatever TypeDoc finds undocumented or unlinked.
import { basename, dirname, join, posix } from 'node:path';
import {
  Application,
  type Context,
  Converter,
  type DeclarationReflection,
  DocumentReflection,
  MinimalSourceFile,
  type NormalizedPath,
  PageEvent,
  type Reflection,
  ReflectionKind,
} from 'typedoc';
import { root } from '../../../scripts/workspace.ts';
import { setAddresses } from './addresses.ts';
import { declarationsOf } from './declarations.ts';
import { describePage } from './descriptions.ts';
import { frontPage, guides, type Page, packages, readmeOf, repository, textFor } from './pages.ts';
import { setSearch } from './search.ts';
import { writeTexts } from './texts.ts';

// One module for each entry, under the very name that is imported.
const entries = packages.flatMap(({ folder, manifest }) =>
  Object.entries(manifest.exports ?? {}).flatMap(([entry, target]) =>
    typeof target === 'object' && target['@outcrop/source'] !== undefined
      ? [{ name: posix.join(manifest.name, entry), file: join(root, folder, target['@outcrop/source']) }]
      : [],
  ),
);

// TypeDoc takes an address in the bar at the top as it is, on every page.
const home = '{home}/';
const packagesCategory = 'Packages';
const app = await Application.bootstrapWithPlugins({
  name: 'Outcrop',
  entryPoints: entries.map(({ file }) => file),
  tsconfig: 'tsconfig.docs.json',
  readme: 'none',
  logLevel: 'Warn',
  basePath: root,
  disableGit: true,
  sourceLinkTemplate: `${repository}/blob/main/{path}#L{line}`,
  customCss: 'src/site.css',
  customJs: 'src/site.js',
  navigationLinks: { Models: `${home}models.html`, 'For assistants': `${home}llms.txt` },
  hideGenerator: true,
  includeHierarchySummary: false,
  navigation: { includeCategories: true, compactFolders: false },
  categoryOrder: ['Guides', 'Coming from elsewhere', '*'],
  defaultCategory: packagesCategory,
  packagesRequiringDocumentation: packages.map(({ manifest }) => manifest.name),
  // Fields speak through their types, until there is something to add.
  requiredToBeDocumented: ['Class', 'Interface', 'TypeAlias', 'Function', 'Variable', 'Method', 'Accessor'],
  validation: { notExported: true, invalidLink: true, notDocumented: true },
});
const addresses = new Map<Reflection, string>();
setAddresses(app, addresses);
setSearch(app);
const entryPoints = app.getEntryPoints() ?? [];
for (const entryPoint of entryPoints) {
  const file = entryPoint.sourceFile.fileName;
  entryPoint.displayName = entries.find((entry) => entry.file === file)?.name ?? file;
}
app.converter.on(Converter.EVENT_RESOLVE_BEGIN, addPages);
app.converter.on(Converter.EVENT_RESOLVE_END, nameParameters);
app.renderer.on(PageEvent.END, describePage);
app.renderer.on(PageEvent.END, leadHome);
const project = app.converter.convert(entryPoints);
app.validate(project);
await app.generateDocs(project, 'dist');
writeTexts('dist', declarationsOf(entryPoints));
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);

function addPages({ project }: Context): void {
  const content = (page: Page) => {
    const text = textFor(page, (file) => posix.relative(dirname(page.file), file));
    return app.converter.parseRawComment(new MinimalSourceFile(text, page.file as NormalizedPath), project.files)
      .content;
  };
  const front = frontPage();
  project.readme = content(front);
  project.files.registerReflection(front.file as NormalizedPath, project);
  const addDocument = (page: Page, name: string, category: string) => {
    const text = content({ ...page, text: `# ${page.title}\n\n${page.text}` });
    const document = new DocumentReflection(name, project, text, { category });
    project.addChild(document);
    project.registerReflection(document, undefined, page.file as NormalizedPath);
    return document;
  };
  for (const guide of guides()) {
    const document = addDocument(guide, guide.title, categoryOf(guide));
    // Whoever searches comes from elsewhere only if they say so.
    if (categoryOf(guide) !== 'Guides') document.relevanceBoost = 6;
    addresses.set(document, `guides/${basename(guide.file, '.md')}`);
  }
  const modules = project.getReflectionsByKind(ReflectionKind.Module) as DeclarationReflection[];
  for (const each of packages) {
    const readme = readmeOf(each);
    const module = modules.find(({ name }) => name === each.manifest.name);
    if (module === undefined) {
      // What exports nothing, such as a command line, is its README.
      const document = addDocument(readme, `${each.manifest.name} (command line)`, packagesCategory);
      addresses.set(document, `modules/${basename(each.folder)}`);
    } else {
      module.readme = content(readme);
      project.files.registerReflectionPath(readme.file as NormalizedPath, module);
    }
  }
}

/** A parameter that is taken apart where it stands has no name, and needs one to be read. */
function nameParameters({ project }: Context): void {
  for (const each of project.getReflectionsByKind(ReflectionKind.Parameter)) {
    if (each.name === '__namedParameters') each.name = 'options';
  }
}

function leadHome(page: PageEvent): void {
  page.contents = (page.contents ?? '').replaceAll(home, '../'.repeat(page.url.split('/').length - 1));
}

function categoryOf({ title }: Page): string {
  return title.startsWith('From ') ? 'Coming from elsewhere' : 'Guides';
}
