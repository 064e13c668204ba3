/** Heads of the columns that a row of an issue fills. */
export function IssueColumns() {
  return (
    <>
      <th scope="col">Issue</th>
      <th scope="col" className="hidden lg:table-cell">
        Over time
      </th>
      <th scope="col" className="figure hidden sm:table-cell">
        Events
      </th>
      <th scope="col" className="figure hidden sm:table-cell">
        Users
      </th>
      <th scope="col" className="hidden sm:table-cell">
        Seen
      </th>
      <th scope="col" className="hidden xl:table-cell">
        Priority
      </th>
      <th scope="col" className="hidden sm:table-cell">
        Assignee
      </th>
    </>
  );
}
