// What `changeset version` writes into the changelogs: what changed for a user, and where to look. That packages of one
// release need each other's new versions is no news, since they all go out under one.

type Changeset = { summary: string; commit?: string | undefined };

export default {
  getReleaseLine({ summary, commit }: Changeset): string {
    const lines = summary.trim().replaceAll('\n', '\n  ');
    if (commit === undefined) return `- ${lines}`;
    return `- ${lines} ([${commit.slice(0, 7)}](https://github.com/outcrop-ai/outcrop/commit/${commit}))`;
  },
  getDependencyReleaseLine: () => '',
};
