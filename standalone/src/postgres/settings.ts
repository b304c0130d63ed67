import { statfsSync } from 'node:fs';
import { totalmem } from 'node:os';

const MB = 1024 * 1024;

/**
 * Settings for this product's work: bulk appends to one log, set-based projections over ranges of it, short indexed
 * reads. Durability stays as PostgreSQL ships it (`fsync`, `synchronous_commit`, `full_page_writes` on).
 */
export function serverSettings(cluster: string): Record<string, string> {
  const memoryMb = totalmem() / MB;
  const sharedBuffersMb = Math.round(Math.min(512, Math.max(64, memoryMb / 8)));
  const freeMb = freeBytes(cluster) / MB;
  return {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    max_connections: '200',
    shared_buffers: `${sharedBuffersMb}MB`,
    effective_cache_size: `${Math.round(Math.max(sharedBuffersMb, memoryMb / 2))}MB`,
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    wal_compression: 'on',
    max_wal_size: freeMb > 16_384 ? '4GB' : '512MB',
    min_wal_size: '128MB',
    checkpoint_timeout: '15min',
    synchronous_commit: 'on',
    random_page_cost: '1.1',
    // Compiling costs more than it saves on plans that run for milliseconds.
    jit: 'off',
    max_locks_per_transaction: '256',
    TimeZone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] ',
    log_checkpoints: 'off',
    log_min_messages: 'warning',
    ...(process.platform === 'linux' ? linuxSettings() : {}),
  };
}

function linuxSettings(): Record<string, string> {
  return {
    // A client that was killed is noticed while its statement still runs.
    client_connection_check_interval: '5s',
    // Containers often give 64 MB of /dev/shm, where parallel queries would fail.
    ...(freeBytes('/dev/shm') < 256 * MB ? { dynamic_shared_memory_type: 'mmap' } : {}),
  };
}

/** Free bytes for an ordinary user on the disk that holds `path`; 0 where it can't be asked. */
export function freeBytes(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return 0;
  }
}
