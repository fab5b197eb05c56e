import { fileAuditLog } from '../../../../src/adapters/files/audit-log.ts';

// hold-audit-log FILE: opens the audit log for writing and keeps it until it is killed.
await fileAuditLog(process.argv[2] ?? '').open(0);
process.send?.('open');
setInterval(() => {}, 60_000);
