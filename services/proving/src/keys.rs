// SPDX-License-Identifier: Apache-2.0

//! Making development keys before they are needed.

use ligature_circuits::{
	chain::{ChainCircuit, ChainWitness},
	join::JoinCircuit,
	r1cs::Circuit,
};
use ligature_primitives::constants::{JoinClass, SizeClass};
use ligature_prover::key::{Found, KeyStore, StoreError};
use std::time::{Duration, Instant};

/// What happens while keys are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyEvent<'a> {
	/// The key of a circuit is looked for, and made if it is not there: that takes seconds to minutes and all cores.
	Begins {
		/// The circuit's name.
		circuit: &'a str,
		/// So many are there.
		done: usize,
		/// Of so many.
		all: usize,
	},
	/// It is there.
	Ended {
		/// The circuit's name.
		circuit: &'a str,
		/// Whether it was made.
		found: Found,
		/// Its size in bytes.
		size: usize,
		/// How long it took.
		took: Duration,
	},
}

/// Sees to it that the INSECURE development keys of these classes are in the store. Empty classes have none.
///
/// # Errors
///
/// If a key can be neither read nor written.
pub fn make_keys(
	store: &KeyStore,
	sizes: &[SizeClass],
	joins: &[JoinClass],
	mut watch: impl FnMut(KeyEvent<'_>),
) -> Result<(), StoreError> {
	let sizes: Vec<_> = sizes.iter().filter(|class| !class.is_empty()).collect();
	let joins: Vec<_> = joins.iter().filter(|class| !class.is_empty()).collect();
	let all = sizes.len() + joins.len();
	let mut done = 0;
	let mut make = |circuit: &dyn Circuit| {
		let name = circuit.name();
		watch(KeyEvent::Begins { circuit: &name, done, all });
		let started = Instant::now();
		let (key, found) = store.development(circuit)?;
		done += 1;
		let (size, took) = (key.size(), started.elapsed());
		watch(KeyEvent::Ended { circuit: &name, found, size, took });
		Ok(())
	};
	for class in sizes {
		make(&ChainCircuit { witness: &ChainWitness::padding(*class) })?;
	}
	for class in joins {
		make(&JoinCircuit { class: *class, ..JoinCircuit::default() })?;
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn empty_classes_should_need_no_key() {
		let folder = tempfile::tempdir().unwrap();
		let store = KeyStore::new(folder.path());
		let (sizes, joins) = ([SizeClass::EMPTY], [JoinClass::EMPTY]);
		make_keys(&store, &sizes, &joins, |event| panic!("nothing happens: {event:?}")).unwrap();
		assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
	}
}
