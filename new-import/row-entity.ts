/** What rows of a file are of, as far as names tell: whether a column's number is the row's own or another thing's. */

const set = (text: string) => new Set(text.trim().split(/\s+/));

/** What happens to somebody or something, and may happen again. */
const events =
  /(^|_)(amount|total|subtotal|paid|payment|qty|quantity|sales|sum|score|grade|points|hours)(_|$)/;
/** Days of a person or thing that come once. */
const attributeDays =
  /birth|created|updated|modified|regist|joined|hire|start|end|valid|expir|since|open|close|launch|release|publish|left|last/;
/** Names of the row's own thing. */
const ownNames = set(
  'name title label description email mail kana full_name first_name last_name family_name display_name',
);
/** What things and people have, beside their names. */
const attributes =
  /(^|_)(name|title|label|description|kana|e?mail|phone|tel|fax|mobile|address|city|state|prefecture|country|zip|code|postal|street|birthday|birthdate|gender|sex|age|price|cost|stock|weight|size|color|colour|brand|unit|status|active|category|kind|type|url|website|image|photo|notes?|memo|comment|created|updated|registered|valid|rank|limit|flag|at|lat|lng|latitude|longitude)(_|$)/;
/** Things and people that rows of other files belong to. */
const parents = set(`
  customer client member user person people employee staff student pupil patient guest tenant company organisation
  organization supplier vendor partner department division team group account order invoice contract project product
  item article store shop branch warehouse category course class event device parent owner manager contact lead`);
/** Files of these hold what happens, or belongs, to others. */
const happenings = set(`
  payment order sale transaction enrolment enrollment booking visit log event shipment delivery receipt purchase
  line entry movement result score attendance reservation review rating call hour timesheet invoice refund deposit
  withdrawal transfer history registration subscription session click message measurement reading`);
/** Words of a file's name that do not say what its rows are of. */
const generic = set(`
  list master data export report dump all table file new sample test id code number row record csv import extract
  full daily weekly monthly yearly total overview`);

/** A column beside the one in question. */
export interface Neighbour {
  name: string;
  type: { builder: string };
}

/** Whether rows are what happens to the column's thing, by amounts or days of their own. */
export function tellsEvents(others: readonly Neighbour[]): boolean {
  return others.some(
    ({ name, type }) =>
      events.test(name) ||
      ((type.builder === 'date' || type.builder === 'timestamp') && !attributeDays.test(name)),
  );
}

/** Whether one of the columns is called as the row's own thing is: `name`, not `course_name`. */
export function hasOwnName(others: readonly Neighbour[]): boolean {
  return others.some(({ name }) => ownNames.has(name));
}

/**
 * Whether the columns beside `customer_id` are the customer's: all are called after it, or one is its name and the
 * file is not of payments or the like. Beside `student_id`, `student_name` and `course`, rows repeat the student.
 */
export function areAttributesOf(entity: string, others: readonly Neighbour[], importName: string): boolean {
  const head = headOf(importName);
  if (head !== null && happenings.has(head)) return false;
  const named = others.filter(({ name }) => name.startsWith(`${entity}_`));
  const rest = others.filter((each) => !named.includes(each));
  if (named.length > 0) return rest.every(({ name }) => attributes.test(name));
  return hasOwnName(others) || !isParent(entity);
}

function isParent(entity: string): boolean {
  return entity.split('_').some((word) => parents.has(singular(word)));
}

/** Whether `customers` or `customer-list` is of the entity `customer`; `customer-orders` is not. */
export function isCalledAfter(importName: string, entity: string): boolean {
  const [word] = entity.split('_').slice(-1);
  return headOf(importName) === singular(word!);
}

/** What a file's rows are of, by its name: `order` of `new-orders-by-customer`; null where it does not say. */
function headOf(importName: string): string | null {
  const [before = ''] = importName.split(/-(?:by|of|per|for|from|in|with)-/);
  const words = before.split('-').map(singular);
  return words.findLast((word) => word !== '' && !generic.has(word) && !/^\d+$/.test(word)) ?? null;
}

function singular(word: string): string {
  return word
    .replace(/ies$/, 'y')
    .replace(/(?<=ss|x|ch|sh)es$/, '')
    .replace(/(?<=[a-z]{2})(?<!s)s$/, '');
}
