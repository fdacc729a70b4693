// SPDX-License-Identifier: Apache-2.0

//! What must be true of a store and its engine at any time, found out without the engine.

use crate::world::{World, network};
use ligature_ledger::{
	ChainState, Ledger, check_invariants, record::BlockRecord, replay, tree::Sequential,
};
use ligature_operator::store::{Store, StoredBlock};
use ligature_operator_api::{TransactionHash, TransactionState};
use ligature_primitives::{
	constants::SizeClass,
	header::Header,
	ids::BlockNumber,
	op::Operation,
	pubdata::{Placement, PublicData},
};
use std::collections::HashSet;

/// What the blocks of a store lead to.
pub struct Truth {
	pub ledger: Ledger,
	/// The last header.
	pub header: Header,
	/// All transactions in blocks.
	pub included: HashSet<[u8; 32]>,
	/// Requests served per chain.
	pub served: Vec<u64>,
}

/// Executes every record of a store with checked signatures on a fresh ledger, replays all public data, and compares
/// both with the headers and with what the store says about transactions.
pub async fn truth(store: &dyn Store, genesis: &Header) -> Truth {
	let mut states: Vec<ChainState> =
		network().chains().iter().map(|chain| ChainState::new(*chain)).collect();
	let mut truth = Truth {
		ledger: Ledger::new(network()),
		header: genesis.clone(),
		included: HashSet::new(),
		served: vec![0; states.len()],
	};
	let last = store.tip().await.unwrap().map_or(0, |tip| tip.header.number.0);
	for number in (1..=last).map(BlockNumber) {
		let block = store.block(number).await.unwrap().expect("a block");
		let (header, bytes) = store.record(number, block.hash).await.unwrap().expect("a record");
		assert_eq!((&header, header.hash()), (&block.header, block.hash));
		assert_eq!(header.parent, truth.header.hash(), "block {number} follows its parent");
		header.check_empty().expect("what is empty is marked so");
		let record = BlockRecord::decode(&bytes).unwrap();
		assert!(record.params.verify_signatures);
		let sealed = record.execute(&mut truth.ledger, &Sequential).unwrap();
		assert_eq!(sealed.join_class, header.join_class);
		assert_eq!(sealed.timestamp, header.timestamp);
		for ((part, chain), state) in header.chains.iter().zip(&sealed.chains).zip(&mut states) {
			assert_eq!(*part, chain.header);
			let data = store.public_data(number, block.hash, part.chain).await.unwrap();
			let data = data.expect("public data");
			if !data.is_empty() {
				replay(state, part, &data).unwrap();
				assert_eq!(part.size_class, fitting(&data, part.size_class), "the smallest size");
			}
			assert_eq!(state.root(), part.new_root);
		}
		let served = header.chains.iter().zip(&mut truth.served);
		served.for_each(|(part, served)| *served += u64::from(part.priority_count));
		assert_eq!(block.served, truth.served);
		transactions(store, &block, &record.operations, &mut truth.included).await;
		truth.header = header;
	}
	assert_eq!(check_invariants(&truth.ledger), Ok(()));
	truth
}

/// The smallest class that holds a chain's public data.
fn fitting(data: &[u8], class: SizeClass) -> SizeClass {
	let mut placement = Placement::new(class);
	for half in PublicData::decode(data, class).unwrap().halves {
		placement.place(half.place()).unwrap();
	}
	SizeClass::smallest_for(placement.used()).unwrap()
}

async fn transactions(
	store: &dyn Store,
	block: &StoredBlock,
	operations: &[Operation],
	included: &mut HashSet<[u8; 32]>,
) {
	assert_eq!(block.operations as usize, operations.len());
	let mut hashes = Vec::new();
	for (place, operation) in (0..).zip(operations) {
		let Some(transaction) = operation.transaction() else { continue };
		let hash = TransactionHash(transaction.hash());
		assert!(included.insert(hash.to_bytes()), "{hash} is in two blocks");
		hashes.push(hash);
		let stored = store.transaction(hash).await.unwrap().expect("known");
		assert_eq!(stored.bytes, transaction.encode());
		let TransactionState::InBlock { block: number, operation, receipt } = stored.state else {
			panic!("{hash} is in a block");
		};
		assert_eq!((number, operation), (block.header.number.0, place));
		assert!(!receipt.is_empty());
	}
	assert_eq!(block.transactions, hashes);
}

impl World {
	/// Compares the engine with what its store leads to.
	pub async fn verify(&self) -> Truth {
		let truth = truth(&*self.store, &self.config.genesis).await;
		let status = self.engine.status().await;
		assert_eq!((status.built, status.hash), (truth.header.number, truth.header.hash()));
		assert_eq!(*status.header, truth.header);
		assert_eq!(status.mempool, self.store.pending().await.unwrap().len());
		for (place, state) in truth.ledger.states().iter().enumerate() {
			let chain = state.chain();
			assert!(self.engine.next_request(chain).await >= truth.served[place]);
			for (index, account) in state.accounts() {
				let info = self.engine.account(chain, index).await.expect("an account");
				assert_eq!(info.owner, account.owner.into());
				assert_eq!((info.nonce, info.has_key), (account.nonce().0, account.has_key()));
				let balances: Vec<_> =
					info.balances.iter().map(|balance| (balance.token, balance.amount.0)).collect();
				let real = account.balances().map(|(token, amount)| (token.0, amount.get()));
				assert_eq!(balances, real.collect::<Vec<_>>());
				let own = self.engine.accounts(account.owner).await;
				assert!(own.contains(&info), "an owner's accounts are found");
			}
			let none = ligature_primitives::ids::AccountIndex::new(state.next()).unwrap();
			assert_eq!(self.engine.account(chain, none).await, None);
		}
		truth
	}
}
