// A real SFTP server for demo and tests: one folder, one user, as a supplier's or a scanner's would be.
//   node files.cjs <n8n tree>/node_modules PORT FOLDER     (password in GATEHOUSE_FILES_PASSWORD)
// It uses the SSH library that n8n brings, so that the stack needs no package of its own for it.
'use strict';

const { createHash, generateKeyPairSync, timingSafeEqual } = require('node:crypto');
const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');

const [modules, port, folder] = process.argv.slice(2);
const { Server, utils } = createRequire(path.join(modules, 'n8n-nodes-base', 'package.json'))('ssh2');
const { OPEN_MODE, STATUS_CODE } = utils.sftp;
const root = path.resolve(folder);
for (const name of ['inbox', 'done', 'refused']) fs.mkdirSync(path.join(root, name), { recursive: true });

const digest = (text) => createHash('sha256').update(String(text)).digest();
const wanted = digest(process.env.GATEHOUSE_FILES_PASSWORD);
/** No path leads out of the folder. */
const at = (name) => path.join(root, path.posix.normalize(`/${name}`));
const attributes = (stat) => ({ mode: stat.mode, uid: 0, gid: 0, size: stat.size, atime: Math.floor(stat.atimeMs / 1000), mtime: Math.floor(stat.mtimeMs / 1000) });

function serve(sftp) {
	const open = new Map();
	let count = 0;
	const keep = (entry) => {
		const handle = Buffer.alloc(4);
		handle.writeUInt32BE(++count);
		open.set(count, entry);
		return handle;
	};
	const kept = (handle) => open.get(handle.readUInt32BE());
	/** What the file system refuses is a status, never the end of the session. */
	const on = (name, act) => sftp.on(name, (id, ...given) => {
		try {
			act(id, ...given);
		} catch (error) {
			sftp.status(id, error.code === 'ENOENT' ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE, error.message);
		}
	});
	on('REALPATH', (id, name) => sftp.name(id, [{ filename: path.posix.normalize(`/${name}`), longname: name, attrs: {} }]));
	for (const name of ['STAT', 'LSTAT']) on(name, (id, file) => sftp.attrs(id, attributes(fs.statSync(at(file)))));
	on('FSTAT', (id, handle) => sftp.attrs(id, attributes(fs.fstatSync(kept(handle).file))));
	on('OPENDIR', (id, name) => sftp.handle(id, keep({ folder: at(name), names: fs.readdirSync(at(name)) })));
	on('READDIR', (id, handle) => {
		const entry = kept(handle);
		if (!entry.names.length) return sftp.status(id, STATUS_CODE.EOF);
		const rows = entry.names.splice(0).map((filename) => {
			const stat = fs.statSync(path.join(entry.folder, filename));
			const longname = `${stat.isDirectory() ? 'd' : '-'}rw-r--r-- 1 supplier supplier ${stat.size} Jan 1 00:00 ${filename}`;
			return { filename, longname, attrs: attributes(stat) };
		});
		sftp.name(id, rows);
	});
	on('OPEN', (id, name, flags) => sftp.handle(id, keep({ file: fs.openSync(at(name), flags & OPEN_MODE.WRITE ? 'w' : 'r') })));
	on('READ', (id, handle, offset, length) => {
		const data = Buffer.alloc(length);
		const size = fs.readSync(kept(handle).file, data, 0, length, offset);
		return size ? sftp.data(id, data.subarray(0, size)) : sftp.status(id, STATUS_CODE.EOF);
	});
	on('WRITE', (id, handle, offset, data) => {
		fs.writeSync(kept(handle).file, data, 0, data.length, offset);
		sftp.status(id, STATUS_CODE.OK);
	});
	on('CLOSE', (id, handle) => {
		const entry = kept(handle);
		if (entry.file) fs.closeSync(entry.file);
		open.delete(handle.readUInt32BE());
		sftp.status(id, STATUS_CODE.OK);
	});
	on('MKDIR', (id, name) => {
		fs.mkdirSync(at(name));
		sftp.status(id, STATUS_CODE.OK);
	});
	on('RENAME', (id, before, after) => {
		if (fs.existsSync(at(after))) throw new Error('there is such a file');
		fs.renameSync(at(before), at(after));
		sftp.status(id, STATUS_CODE.OK);
	});
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs1', format: 'pem' }, publicKeyEncoding: { type: 'pkcs1', format: 'pem' } });
new Server({ hostKeys: [privateKey] }, (client) => {
	client.on('error', () => client.end()); // somebody who does not speak SSH, or hung up
	client.on('authentication', (context) => {
		const good = context.method === 'password' && context.username === 'supplier' && timingSafeEqual(digest(context.password), wanted);
		return good ? context.accept() : context.reject(['password']);
	});
	client.on('ready', () => client.on('session', (accept) => accept().on('sftp', (take) => serve(take()))));
}).listen(Number(port), '127.0.0.1', () => console.log(`files: listening on 127.0.0.1:${port}`));
