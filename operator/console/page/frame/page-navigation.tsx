import Box from '@cloudscape-design/components/box';
import SideNavigation from '@cloudscape-design/components/side-navigation';
import { useStack } from '../requests/queries.ts';
import { hrefs, type Route } from '../route.ts';
import { usePreferences } from '../settings/preferences.tsx';

/** The pages there are, and the stack that they show. */
export function PageNavigation({ route, onFollow }: { route: Route; onFollow: () => void }) {
  const { messages } = usePreferences();
  const stack = useStack().data;
  return (
    <>
      <SideNavigation
        activeHref={activeHref(route)}
        onFollow={onFollow}
        items={[
          { type: 'link', text: messages.navigation.overview, href: hrefs.overview },
          { type: 'link', text: messages.navigation.executions, href: hrefs.executions() },
          { type: 'link', text: messages.navigation.upload, href: hrefs.upload() },
        ]}
      />
      {stack !== undefined && (
        <Box padding={{ horizontal: 'xl', vertical: 's' }} color="text-body-secondary" fontSize="body-s">
          <span title={stack.stateMachineArn} className="breakable">
            {stack.local
              ? messages.stack.local
              : messages.stack.account(stack.stateMachineArn.split(':').slice(3, 5).reverse().join(', '))}
          </span>
        </Box>
      )}
    </>
  );
}

function activeHref({ page }: Route): string {
  if (page === 'executions' || page === 'execution') return hrefs.executions();
  return page === 'upload' ? hrefs.upload() : hrefs.overview;
}
