/** A diff that creates one file; another name makes another patch. */
export function creating(path: string, line = 'hello'): string {
  return `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${line}\n`;
}
