// SPDX-License-Identifier: Apache-2.0

//! Nodes in a key-value store.

use super::{NodeChange, NodeStore};
use alloc::{boxed::Box, vec::Vec};
use ligature_primitives::poseidon::{WORD_BYTES, Word, word_from_bytes, word_to_bytes};
use redb::{ReadableDatabase, TableDefinition};

/// One write of a batch: a key and its value, or `None` to remove it.
pub type Write = (Vec<u8>, Option<Vec<u8>>);

/// A map of byte strings that outlives the process.
pub trait KeyValue {
	/// Why the store failed.
	type Error;

	/// The value of a key.
	fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Self::Error>;

	/// Writes all the values, durably, or none of them.
	fn write(&mut self, batch: &[Write]) -> Result<(), Self::Error>;
}

/// Why a node could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeyValueError<E> {
	/// The store itself failed.
	#[error("the key-value store failed: {0}")]
	Store(E),
	/// The bytes under a node's key are no word; the store is damaged or holds something else.
	#[error("node {index} of level {level} is not a canonical word of 32 bytes")]
	Damaged {
		/// The node's level.
		level: u8,
		/// The node's index.
		index: u32,
	},
}

/// The nodes of one tree in a key-value store, which several trees may share.
///
/// A key is the tree's prefix, the level as one byte and the index as four, big-endian; a value is
/// the word's 32 bytes.
#[derive(Clone, Debug)]
pub struct KeyValueNodes<D> {
	prefix: Vec<u8>,
	store: D,
}

impl<D: KeyValue> KeyValueNodes<D> {
	/// The tree whose keys begin with `prefix`. No tree's prefix may begin with another's.
	pub fn new(store: D, prefix: &[u8]) -> Self {
		Self { prefix: prefix.to_vec(), store }
	}

	fn key(&self, level: u8, index: u32) -> Vec<u8> {
		let mut key = self.prefix.clone();
		key.push(level);
		key.extend_from_slice(&index.to_be_bytes());
		key
	}
}

impl<D: KeyValue> NodeStore for KeyValueNodes<D> {
	type Error = KeyValueError<D::Error>;

	fn get(&self, level: u8, index: u32) -> Result<Option<Word>, Self::Error> {
		let Some(bytes) = self.store.get(&self.key(level, index)).map_err(KeyValueError::Store)?
		else {
			return Ok(None);
		};
		<[u8; WORD_BYTES]>::try_from(bytes.as_slice())
			.ok()
			.and_then(|bytes| word_from_bytes(&bytes).ok())
			.map(Some)
			.ok_or(KeyValueError::Damaged { level, index })
	}

	fn write(&mut self, changes: &[NodeChange]) -> Result<(), Self::Error> {
		let batch: Vec<Write> = changes
			.iter()
			.map(|change| {
				let value = change.value.map(|word| word_to_bytes(&word).to_vec());
				(self.key(change.level, change.index), value)
			})
			.collect();
		self.store.write(&batch).map_err(KeyValueError::Store)
	}
}

const TABLE: TableDefinition<'static, &[u8], &[u8]> = TableDefinition::new("ligature");

/// A [`KeyValue`] store in one file, by the embedded database `redb`.
#[derive(Debug)]
pub struct RedbStore {
	database: redb::Database,
}

impl RedbStore {
	/// Opens the file, or makes it.
	pub fn open(path: &std::path::Path) -> Result<Self, Box<redb::Error>> {
		let open = || -> Result<redb::Database, redb::Error> {
			let database = redb::Database::create(path)?;
			// A table exists once it was opened for writing; reads may then rely on it.
			let transaction = database.begin_write()?;
			transaction.open_table(TABLE)?;
			transaction.commit()?;
			Ok(database)
		};
		Ok(Self { database: open().map_err(Box::new)? })
	}
}

impl KeyValue for RedbStore {
	type Error = Box<redb::Error>;

	fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Self::Error> {
		let read = || -> Result<Option<Vec<u8>>, redb::Error> {
			let table = self.database.begin_read()?.open_table(TABLE)?;
			Ok(redb::ReadableTable::get(&table, key)?.map(|value| value.value().to_vec()))
		};
		read().map_err(Box::new)
	}

	fn write(&mut self, batch: &[Write]) -> Result<(), Self::Error> {
		let write = || -> Result<(), redb::Error> {
			let transaction = self.database.begin_write()?;
			{
				let mut table = transaction.open_table(TABLE)?;
				for (key, value) in batch {
					match value {
						Some(value) => table.insert(key.as_slice(), value.as_slice())?,
						None => table.remove(key.as_slice())?,
					};
				}
			}
			transaction.commit()?;
			Ok(())
		};
		write().map_err(Box::new)
	}
}
