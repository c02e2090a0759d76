/**
 * Puts a page together: each `{{name}}` of its template gives way to the value of that name.
 *
 * @throws Error for a name that has none.
 */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the template wants {{${name}}}, which there isn't`);
    return value;
  });
}
