import ExpandableSection from '@cloudscape-design/components/expandable-section';
import { translate } from '../messages/messages.ts';
import { usePreferences } from '../settings/preferences.tsx';

/** How often each thing is wrong in the whole file, the most frequent first. */
export function RejectCodes({ byCode }: { byCode: Record<string, number> }) {
  const { messages, format } = usePreferences();
  const words = messages.rejects;
  const codes = Object.entries(byCode).sort(([, a], [, b]) => b - a);
  return (
    <ExpandableSection headerText={words.codes} variant="footer">
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{words.code}</th>
            <th scope="col">{words.count}</th>
            <th scope="col">{words.meaning}</th>
          </tr>
        </thead>
        <tbody>
          {codes.map(([code, count]) => (
            <tr key={code}>
              <th scope="row">
                <code>{code}</code>
              </th>
              <td>{format.number(count)}</td>
              <td>{translate(messages.rejectCodes, code) ?? messages.none}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ExpandableSection>
  );
}
