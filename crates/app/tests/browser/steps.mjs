// What somebody of the support desk does, step by step.

/** Finds somebody, in three actions: type, Enter, click. */
export async function find(page, email) {
  await page.getByLabel(/e-mail, phone/).fill(email);
  await page.keyboard.press('Enter');
  await page.locator('#results .main-link').first().click();
  await page.waitForURL('**/console/persons/*');
}

/** Goes from a person to one of the records. */
export async function openRecord(page, path) {
  await page.locator(`.card a[href="${path}"]`).click();
}

/** Types another city over, from the page of a record. */
export async function edit(page, city) {
  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await page.getByLabel(/^city/).fill(city);
}

export async function preview(page) {
  await page.getByRole('button', { name: 'Preview' }).click();
}

/** Saves what is looked at. */
export async function save(page, reason) {
  await page.getByLabel('Reason').fill(reason);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').waitFor();
}

/** Returns the city on the page of a record. */
export async function city(page) {
  const row = page.locator('.fields tr', { has: page.locator('th', { hasText: /^city$/ }) });
  return row.locator('td').first().innerText();
}

/** Returns the old and the new value of a field, as a table of differences shows them. */
export async function difference(page, field) {
  const row = page.locator('tr', { has: page.locator('th', { hasText: new RegExp(`^${field}$`) }) }).first();
  return [await row.locator('.old').innerText(), await row.locator('.new').innerText()];
}
