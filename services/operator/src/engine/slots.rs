// SPDX-License-Identifier: Apache-2.0

//! How many slots an operation takes, and on which chains (section 8 of `docs/protocol.md`).

use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	header::Network,
	ids::{ChainId, Side},
	op::{Operation, OperationKind, Place, Transaction},
	pool::PoolParams,
	priority::PriorityRequest,
	pubdata::Placement,
};

/// The halves of an operation: chain and place. One, or two of a joint operation, side 0 first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
	first: (ChainId, Place),
	second: Option<(ChainId, Place)>,
}

impl Need {
	fn local(chain: ChainId, place: Place) -> Self {
		Self { first: (chain, place), second: None }
	}

	fn joint(params: &PoolParams, places: [Place; 2]) -> Self {
		let [zero, one] = places;
		Self { first: (params.chain0, zero), second: Some((params.chain1, one)) }
	}

	/// Of a transaction.
	pub fn of_transaction(transaction: &Transaction) -> Self {
		match transaction {
			Transaction::Transfer(tx) => Self::local(tx.body.chain, Place::Pair),
			Transaction::Withdraw(tx) => Self::local(tx.body.chain, Place::Signed),
			Transaction::Swap(tx) => Self::joint(
				&tx.body.params,
				match tx.body.direction {
					Side::Zero => [Place::Signed, Place::Any],
					Side::One => [Place::Any, Place::Signed],
				},
			),
			Transaction::AddLiquidity(tx) => {
				Self::joint(&tx.body.params, [Place::Pair, Place::Signed])
			},
			Transaction::RemoveLiquidity(tx) => {
				Self::joint(&tx.body.params, [Place::Pair, Place::Any])
			},
		}
	}

	/// Of the operation that serves a request of a chain; `exit` is the pool whose shares a FullExit pays out, if it
	/// pays any.
	pub fn of_request(
		chain: ChainId,
		request: &PriorityRequest,
		exit: Option<&PoolParams>,
	) -> Self {
		match request {
			PriorityRequest::Deposit { key: Some(_), .. } => Self::local(chain, Place::Pair),
			PriorityRequest::Deposit { key: None, .. } => Self::local(chain, Place::Any),
			PriorityRequest::FullExit { token, .. } if token.is_l1() => {
				Self::local(chain, Place::Any)
			},
			PriorityRequest::FullExit { .. } => match exit {
				Some(params) => Self::joint(params, [Place::Pair, Place::Any]),
				None => Self::local(chain, Place::Pair),
			},
			PriorityRequest::ChangePubKey { .. } => Self::local(chain, Place::Pair),
			PriorityRequest::CreatePool { .. } => Self::local(chain, Place::Any),
		}
	}

	/// Whether it is joint.
	pub fn is_joint(&self) -> bool {
		self.second.is_some()
	}

	fn halves(&self) -> impl Iterator<Item = (ChainId, Place)> {
		[Some(self.first), self.second].into_iter().flatten()
	}
}

/// The slots of a block that are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slots {
	network: Network,
	/// Per chain in the network's order.
	placements: Vec<Placement>,
	class: SizeClass,
	join_class: JoinClass,
	joint: u32,
}

impl Slots {
	/// All are free.
	pub fn new(network: &Network, class: SizeClass, join_class: JoinClass) -> Self {
		let placements = vec![Placement::new(class); network.chains().len()];
		Self { network: network.clone(), placements, class, join_class, joint: 0 }
	}

	/// Takes what is needed. False if it does not fit; nothing is taken then.
	pub fn take(&mut self, need: &Need) -> bool {
		let mut placements = self.placements.clone();
		let fits = need.halves().all(|(chain, place)| {
			let position = self.network.position(chain);
			position.is_ok_and(|position| placements[position].place(place).is_ok())
		});
		let joint = self.joint + u32::from(need.is_joint());
		if !fits || joint > self.join_class.capacity() {
			return false;
		}
		self.placements = placements;
		self.joint = joint;
		true
	}

	/// Whether it fits, and leaves a quarter of every chain's slots and of the join to others.
	pub fn leaves_room(&self, need: &Need) -> bool {
		let mut after = self.clone();
		let most = |capacity: u32| capacity / 4 * 3;
		after.take(need)
			&& after.joint <= most(self.join_class.capacity())
			&& after.placements.iter().all(|chain| chain.used() <= most(self.class.capacity()))
	}

	/// How many slots of a chain are taken or passed over.
	pub fn used(&self, position: usize) -> u32 {
		self.placements[position].used()
	}

	/// Joint operations.
	pub fn joint(&self) -> u32 {
		self.joint
	}
}

/// Transactions that need room of the same sort. When one has no place in a block, those behind it wait too: nobody
/// overtakes in a pool, whose price depends on the order, and others would find no place either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
	/// What is done with a pool.
	Pool(PoolParams),
	/// A kind of operation on one chain.
	Local(OperationKind, ChainId),
}

impl Kind {
	/// Of a transaction.
	pub fn of(transaction: &Transaction) -> Self {
		match transaction {
			Transaction::Transfer(tx) => Self::Local(transaction.kind(), tx.body.chain),
			Transaction::Withdraw(tx) => Self::Local(transaction.kind(), tx.body.chain),
			Transaction::Swap(tx) => Self::Pool(tx.body.params),
			Transaction::AddLiquidity(tx) => Self::Pool(tx.body.params),
			Transaction::RemoveLiquidity(tx) => Self::Pool(tx.body.params),
		}
	}
}

/// The request that an operation serves, if it serves one.
pub fn request_of(operation: &Operation) -> Option<(ChainId, PriorityRequest)> {
	match operation {
		Operation::Deposit(op) => Some((
			op.chain,
			PriorityRequest::Deposit {
				token: op.token,
				owner: op.owner,
				amount: op.amount,
				key: op.key,
			},
		)),
		Operation::FullExit(op) => Some((
			op.chain,
			PriorityRequest::FullExit { account: op.account, token: op.token, owner: op.owner },
		)),
		Operation::ChangePubKey(op) => Some((
			op.chain,
			PriorityRequest::ChangePubKey { account: op.account, owner: op.owner, key: op.key },
		)),
		Operation::CreatePool(op) => Some((
			op.chain,
			PriorityRequest::CreatePool { slot: op.slot, side: op.side, params: op.params },
		)),
		Operation::Transfer(_)
		| Operation::Withdraw(_)
		| Operation::Swap(_)
		| Operation::AddLiquidity(_)
		| Operation::RemoveLiquidity(_) => None,
	}
}
