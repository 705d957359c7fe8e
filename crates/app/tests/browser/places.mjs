// The pages of the console, and who opens them.

export const ROLES = ['reader', 'support', 'privacy', 'admin'];
export const ACCOUNT = '/console/records/account/70021';
export const CLIENT = '/console/records/client/5b2f6a3e-8f0d-4c56-9f6e-6a1f3c0d7b21';
export const USER = '/console/records/user/user_4hTq81LmZp0Va';

/** Returns a role and those with more rights. */
export const from = (first) => ROLES.slice(ROLES.indexOf(first));

/** Returns each page of the world with this person and this subscription, and the roles that open it. ACCOUNT has three versions. */
export const pagesOf = ({ person, subscription }) => [
  ['/console', from('reader')],
  ['/console?q=zoe@example.test', from('reader')],
  ['/console/feed', from('reader')],
  ['/console/feed?from=beginning&since=60', from('reader')],
  ['/console/system', from('reader')],
  [`/console/persons/${person}`, from('reader')],
  [ACCOUNT, from('reader')],
  [`${ACCOUNT}?version=1`, from('reader')],
  [`${ACCOUNT}/history`, from('reader')],
  [`${ACCOUNT}/history?before=3`, from('reader')],
  [`${ACCOUNT}/compare?from=1&to=3`, from('reader')],
  [CLIENT, from('reader')],
  [USER, from('reader')],
  [`${ACCOUNT}/edit`, from('support')],
  [`${ACCOUNT}/revert?to=1`, from('support')],
  [`${CLIENT}/edit`, from('support')],
  [`${USER}/edit`, from('support')],
  [`${CLIENT}/reveal`, from('privacy')],
  [`/console/persons/${person}/privacy`, from('privacy')],
  [`/console/persons/${person}/erase`, from('privacy')],
  ['/console/subscriptions', from('admin')],
  [`/console/subscriptions/${subscription}`, from('admin')],
  [`/console/subscriptions/${subscription}/edit`, from('admin')],
  ['/console/imports', from('admin')],
  ['/console/keys', from('admin')],
];
