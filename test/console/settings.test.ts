import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, type Lab, openLab } from './browser.ts';

describe.skipIf(!hasBrowser)('the settings (need /usr/bin/chromium)', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab.close());

  test('create a key with what was chosen and show its secret once, with commands to use it', async () => {
    const at = await lab.visit('/settings/keys');
    await at.page.getByRole('button', { name: 'Create a key' }).click();
    const form = at.page.getByRole('dialog', { name: 'Create a key' });
    await form.getByLabel('Name').fill('collector in eu-central-1');
    await form.getByLabel('logs:Write').check();
    await form.getByLabel('Expires').selectOption('90');
    await form.getByRole('button', { name: 'Create the key' }).click();
    const once = at.page.getByRole('dialog', { name: 'The key collector in eu-central-1' });
    const token = (await once.getByRole('group', { name: 'Bearer token' }).innerText()).trim();
    expect(token).toMatch(/^hf_n3w\d+_/);
    await at.page.keyboard.press('Escape');
    await once.getByRole('tab', { name: 'AWS CLI and SDKs' }).click();
    expect(await once.getByRole('group', { name: 'Command for AWS CLI and SDKs' }).innerText()).toContain(
      'AWS_SECRET_ACCESS_KEY=Zk4',
    );
    await once.getByRole('button', { name: 'I have stored it' }).click();
    await at.page.getByText('collector in eu-central-1').waitFor();
    expect(await at.page.getByText('Zk4wq0JxT1pV8sLmN2bR7cYd').count()).toBe(0);
    const made = at.server.state.keys.at(-1);
    expect(made?.roles).toEqual(['sender']);
    expect(made?.scopes).toEqual(['logs:Write']);
    expect(Math.round(((made?.expiresMs ?? 0) - Date.now()) / 86_400_000)).toBe(90);
    await at.end();
  });

  test('revoke a key only after its name was typed', async () => {
    const at = await lab.visit('/settings/keys');
    await at.page.getByRole('button', { name: 'Revoke grafana-read' }).click();
    const dialog = at.page.getByRole('dialog', { name: 'Revoke the key grafana-read' });
    const act = dialog.getByRole('button', { name: 'Revoke the key' });
    expect(await act.isDisabled()).toBe(true);
    await dialog.getByLabel(/Type its name/).fill('grafana');
    expect(await act.isDisabled()).toBe(true);
    await dialog.getByLabel(/Type its name/).fill('grafana-read');
    await act.click();
    await dialog.waitFor({ state: 'detached' });
    expect(at.server.state.keys.find(({ name }) => name === 'grafana-read')?.revokedMs).toBeGreaterThan(0);
    expect(await at.page.getByRole('button', { name: 'Revoke grafana-read' }).count()).toBe(0);
    await at.end();
  });

  test('show what a shorter retention removes before it is changed, and ask for the name', async () => {
    const at = await lab.visit('/settings/log-groups');
    await at.page.getByRole('button', { name: 'Change the retention of /app/web' }).click();
    await at.page.getByLabel('Keep records').selectOption({ label: '7 days' });
    await at.page.getByRole('button', { name: 'Show what this removes' }).click();
    const dialog = at.page.getByRole('dialog', { name: 'Keep /app/web for 7 days' });
    await dialog.getByText('1,204,881 records are removed for good.').waitFor();
    expect(at.server.state.groups.find(({ name }) => name === '/app/web')?.retentionDays).toBe(30);
    await dialog.getByLabel(/Type its name/).fill('/app/web');
    await dialog.getByRole('button', { name: 'Change the retention' }).click();
    await at.page.getByRole('row', { name: /\/app\/web.*7 days/ }).waitFor();
    expect(at.server.state.groups.find(({ name }) => name === '/app/web')?.retentionDays).toBe(7);
    await at.end();
  });

  test('delete a log group by its name, but not a protected one', async () => {
    const at = await lab.visit('/settings/log-groups');
    expect(await at.page.getByRole('button', { name: 'Delete /app/payments' }).isDisabled()).toBe(true);
    await at.page.getByRole('button', { name: 'Delete /db/postgres' }).click();
    const dialog = at.page.getByRole('dialog', { name: 'Delete /db/postgres' });
    await dialog.getByText('There is no undo.').waitFor();
    await dialog.getByLabel(/Type its name/).fill('/db/postgres');
    await dialog.getByRole('button', { name: 'Delete the log group' }).click();
    await expect.poll(() => at.page.getByRole('link', { name: '/db/postgres' }).count()).toBe(0);
    await at.end();
  });

  test('add a person with a generated password shown once, and refuse the same address twice', async () => {
    const at = await lab.visit('/settings/people');
    const add = async (email: string): Promise<void> => {
      await at.page.getByRole('button', { name: 'Add a person' }).click();
      await at.page.getByLabel('E-mail address').fill(email);
      await at.page.getByRole('textbox', { name: 'Name', exact: true }).fill('Ada Brandt');
      await at.page.getByRole('button', { name: /Add and generate/ }).click();
    };
    await add('ada@example.com');
    await at.page.getByText('velvet-anchor-oyster-41').waitFor();
    await at.page.getByRole('button', { name: 'I have stored it' }).click();
    await at.page.getByRole('row', { name: /Ada Brandt/ }).waitFor();
    await add('ada@example.com');
    await at.page.getByText('access.person-exists').waitFor();
    await at.end();
  });

  test('stop a person from signing in and reset a password', async () => {
    const at = await lab.visit('/settings/people');
    await at.page.getByRole('button', { name: 'Change tom@example.com' }).click();
    await at.page.getByRole('menuitem', { name: 'Stop from signing in' }).click();
    await at.page.getByRole('row', { name: /Tom Okafor.*disabled/ }).waitFor();
    await at.page.getByRole('button', { name: 'Change tom@example.com' }).click();
    await at.page.getByRole('menuitem', { name: 'Reset the password…' }).click();
    await at.page.getByText('copper-lagoon-heron-77').waitFor();
    await at.end();
  });

  test('say what a grant reaches before it is given, and take it back', async () => {
    const at = await lab.visit('/settings/grants');
    await at.page.getByLabel('Log groups').fill('/app/*');
    await at.page.getByText('Reaches 3 log groups now: /app/checkout, /app/payments, /app/web.').waitFor();
    await at.page.getByRole('button', { name: 'Grant', exact: true }).click();
    await at.page.getByRole('button', { name: 'Take back /app/* from viewer' }).click();
    await expect.poll(() => at.page.getByRole('button', { name: 'Take back /app/* from viewer' }).count()).toBe(0);
    await at.end();
  });

  test('count masked secrets for each of the last days, those without any too', async () => {
    const at = await lab.visit('/settings/redaction');
    const table = at.page.getByRole('group', { name: 'Masks by rule and day' });
    await table.waitFor();
    const today = new Date(at.server.state.nowMs).toISOString().slice(5, 10);
    expect(await table.getByRole('columnheader').allInnerTexts()).toContain(today);
    await at.page.getByLabel('Days shown').selectOption('90');
    await expect.poll(() => at.server.calls.filter((call) => call === 'GET /redaction/counts').length).toBe(2);
    await at.page.locator('figure canvas').waitFor();
    expect(at.troubles).toEqual([]);
    await at.end();
  });

  test('try redaction on a text and mark what would be masked', async () => {
    const at = await lab.visit('/settings/redaction');
    await at.page.getByLabel('A line of a log').fill('x Bearer abcdefghijklmnop y');
    await at.page.getByRole('button', { name: 'Mask it' }).click();
    expect(await at.page.locator('mark').innerText()).toBe('Bearer abcdefghijklmnop');
    await at.page.getByText('x [bearer-token:masked] y').waitFor();
    await at.page.getByLabel('A line of a log').fill('nothing here');
    await at.page.getByRole('button', { name: 'Mask it' }).click();
    await at.page.getByText('Nothing is masked.').waitFor();
    await at.end();
  });

  test('filter the audit log in the address, open the raw record, and page on', async () => {
    const at = await lab.visit('/settings/audit?from=-30d');
    await at.page.getByRole('button', { name: 'Show older ones' }).click();
    await expect.poll(() => at.page.locator('tbody tr').count()).toBe(100);
    await at.page.getByLabel('What', { exact: true }).fill('CreateKey');
    await at.page.getByLabel('only refused').check();
    await at.page.getByRole('button', { name: 'Filter', exact: true }).click();
    await at.page.waitForURL(
      (url) => url.searchParams.get('event') === 'CreateKey' && url.searchParams.get('refused') === 'true',
    );
    await expect
      .poll(async () => new Set(await at.page.locator('tbody tr td:nth-child(2)').allInnerTexts()))
      .toEqual(new Set(['CreateKey']));
    expect(await at.page.locator('tbody tr td:nth-child(6)').first().innerText()).toBe('access.forbidden');
    await at.page.locator('tbody button').first().click();
    await at.page.getByText('"errorMessage"').waitFor();
    await at.end();
  });

  test('hide from a viewer what would be refused', async () => {
    const at = await lab.visit('/settings', { roles: ['viewer'] });
    await at.page.getByRole('link', { name: '/app/web' }).waitFor();
    expect(await at.page.getByRole('navigation', { name: 'Settings' }).getByRole('link').allInnerTexts()).toEqual([
      'Log groups',
    ]);
    expect(await at.page.getByRole('button', { name: /Delete/ }).count()).toBe(0);
    await at.end();
  });
});
