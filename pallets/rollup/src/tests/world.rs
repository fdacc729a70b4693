// SPDX-License-Identifier: Apache-2.0

//! The ledger beside the chain: it serves the chain's queue and builds the blocks that the tests
//! commit.

use polkadot_sdk::*;

use crate::{
	Blocks, Call, ChainListHash, PriorityQueue, Requests, RevertEpoch, TopLevelCommit,
	mock::*,
	traits::{RequestQueue, Settlement},
};
use frame_support::{dispatch::DispatchResultWithPostInfo, weights::Weight};
use ligature_ledger::{BlockParams, Ledger, SealedBlock};
use ligature_primitives::{
	amount::{Amount, Fee},
	constants::{JoinClass, SizeClass},
	header::{Digest, Header, Network},
	ids::{
		AccountIndex, BlockNumber, ChainId, NetworkId, Nonce, Owner, PoolSlot, Side, Timestamp,
		TokenId,
	},
	keys::{PublicKey, SecretKey},
	op::{
		AddLiquidity, AddLiquidityBody, Body, ChangePubKey, CreatePool, Deposit, FullExit,
		Operation, SignedTransaction, Swap, SwapBody, Target, Transfer, TransferBody, Withdraw,
		WithdrawBody,
	},
	pool::PoolParams,
	priority::PriorityRequest,
	vote::VoteMessage,
};
use sp_runtime::traits::Dispatchable;

pub const NETWORK: NetworkId = NetworkId(7);
pub const A: ChainId = ChainId(1);
pub const B: ChainId = ChainId(2);

/// Token 1 of A and token 0 of B.
pub const POOL: PoolParams =
	PoolParams { chain0: A, token0: TokenId(1), chain1: B, token1: TokenId(0), fee_bps: 30 };

pub fn amount(value: u128) -> Amount {
	Amount::new(value).expect("an amount")
}

pub fn index(value: u32) -> AccountIndex {
	AccountIndex::new(value).expect("an index")
}

/// A person's owner: the L1 account's bytes.
pub fn owner(person: u8) -> Owner {
	Owner([person; 32])
}

pub fn secret(person: u8) -> SecretKey {
	SecretKey::from_seed(&[person; 32])
}

pub fn key(person: u8) -> PublicKey {
	secret(person).public_key()
}

fn sign<T: Body>(person: u8, body: T) -> SignedTransaction<T> {
	SignedTransaction::sign(NETWORK, Timestamp::MAX, body, &secret(person))
}

/// A block of the ledger: its header, and the public data of each chain.
#[derive(Clone, Debug)]
pub struct Block {
	pub header: Header,
	pub sealed: SealedBlock,
}

impl Block {
	pub fn number(&self) -> BlockNumber {
		self.header.number
	}

	pub fn hash(&self) -> Digest {
		self.header.hash()
	}

	/// The public data of this chain.
	pub fn data(&self) -> Vec<u8> {
		self.part().bytes.clone()
	}

	/// The part of this chain.
	pub fn part(&self) -> &ligature_ledger::SealedChain {
		let chain = Rollup::identity().expect("a chain of a network").chain;
		let parts = &self.sealed.chains;
		parts.iter().find(|part| part.header.chain == chain).expect("a part per chain")
	}

	/// How many proofs it needs.
	pub fn proofs(&self) -> usize {
		let halves = self.header.chains.iter().filter(|part| !part.size_class.is_empty()).count();
		halves + usize::from(!self.header.join_class.is_empty())
	}

	/// The same block with another header.
	pub fn with(&self, change: impl FnOnce(&mut Header)) -> Self {
		let mut block = self.clone();
		change(&mut block.header);
		block
	}
}

/// The ledger of both chains, and the headers of its blocks.
#[derive(Clone)]
pub struct World {
	pub ledger: Ledger,
	/// From block 0 on.
	pub headers: Vec<Header>,
	/// The requests of this chain that each block served, as an end of the queue.
	served: Vec<u64>,
	/// Named by the next headers.
	pub revert_epoch: u32,
	/// Class of the halves.
	pub class: u8,
	/// How many requests a block serves at most.
	pub serves: u64,
}

impl World {
	/// Beside a chain whose network has just been opened.
	pub fn new() -> Self {
		let network = Network::new(NETWORK, vec![A, B]).expect("two chains");
		let genesis = Blocks::<Test>::get(BlockNumber(0)).expect("the network is open").header;
		Self {
			ledger: Ledger::new(network),
			headers: vec![genesis],
			served: vec![0],
			revert_epoch: RevertEpoch::<Test>::get(),
			class: 2,
			serves: u64::MAX,
		}
	}

	/// The chain on which the tests run.
	pub fn here(&self) -> ChainId {
		Rollup::identity().expect("a chain of a network").chain
	}

	/// The next block: it serves this chain's queue, then does what `operations` makes of the ledger
	/// as it is then.
	pub fn block(&mut self, operations: impl FnOnce(&mut Self)) -> Block {
		let number = BlockNumber(self.ledger.number().0 + 1);
		let time = pallet_timestamp::Now::<Test>::get() / 1_000;
		let class = SizeClass::new(self.class).expect("a class");
		let params = BlockParams {
			number,
			timestamp: Timestamp::new(time).expect("a time"),
			fee_accounts: vec![index(0); 2],
			classes: vec![class; 2],
			join_class: JoinClass::new(1).expect("a class"),
			verify_signatures: true,
		};
		self.ledger.begin_block(params).expect("the ledger is between two blocks");
		let served = self.serve();
		operations(self);
		let sealed = self.ledger.seal().expect("a block is open");
		let header = self.header(&sealed);
		self.headers.push(header.clone());
		self.served.push(served);
		Block { header, sealed }
	}

	/// A block that only serves the queue.
	pub fn serving(&mut self) -> Block {
		self.block(|_| ())
	}

	/// A block in which somebody deposits on the other chain, so that something happens there.
	pub fn elsewhere(&mut self) -> Block {
		self.block(|world| {
			let other = if world.here() == A { B } else { A };
			world.deposit_on(other, 4, TokenId(0), 1_000);
		})
	}

	fn header(&self, sealed: &SealedBlock) -> Header {
		let parent = self.headers.last().expect("block 0");
		Header {
			network: NETWORK,
			chain_list_hash: ChainListHash::<Test>::get().expect("the network is open"),
			number: sealed.number,
			parent: parent.hash(),
			revert_epoch: self.revert_epoch,
			oracle_epoch: 0,
			member_set_hash: members(),
			timestamp: sealed.timestamp,
			circuit_version: 1,
			keys_digest: KeysAnswer::get().expect("keys are usable"),
			join_class: sealed.join_class,
			chains: sealed.chains.iter().map(|chain| chain.header.clone()).collect(),
		}
	}

	/// Serves what waits in this chain's queue; gives back the end that is reached.
	fn serve(&mut self) -> u64 {
		let (here, from) = (self.here(), *self.served.last().expect("block 0"));
		let end = PriorityQueue::<Test>::get().next.min(from.saturating_add(self.serves));
		for index in from..end {
			let request = Requests::<Test>::get(index).expect("a request in the queue").request;
			let operation = self.operation(here, request);
			self.apply(operation);
		}
		end
	}

	/// The operation that serves a request.
	pub fn operation(&self, chain: ChainId, request: PriorityRequest) -> Operation {
		match request {
			PriorityRequest::Deposit { token, owner, amount, key } => {
				let target = self.target(chain, owner);
				Deposit { chain, token, owner, amount, key, target }.into()
			},
			PriorityRequest::FullExit { account, token, owner } => {
				let far = token.lp_slot().and_then(|slot| {
					let leaf = self.ledger.state(chain).expect("a chain").pool(slot)?;
					Some(self.target(leaf.params.chain1, owner))
				});
				FullExit { chain, account, token, owner, far: far.unwrap_or(Target::New) }.into()
			},
			PriorityRequest::ChangePubKey { account, owner, key } => {
				let target = account.map_or_else(|| self.target(chain, owner), Target::Existing);
				ChangePubKey { chain, account, owner, key, target }.into()
			},
			PriorityRequest::CreatePool { slot, side, params } => {
				CreatePool { chain, slot, side, params }.into()
			},
		}
	}

	/// The account of an owner on a chain.
	pub fn account_of(&self, chain: ChainId, owner: Owner) -> Option<AccountIndex> {
		let state = self.ledger.state(chain).expect("a chain");
		(0..state.next())
			.map(index)
			.find(|account| state.account(*account).is_some_and(|leaf| leaf.owner == owner))
	}

	fn target(&self, chain: ChainId, owner: Owner) -> Target {
		self.account_of(chain, owner).map_or(Target::New, Target::Existing)
	}

	/// Does an operation, which is accepted.
	pub fn apply(&mut self, operation: impl Into<Operation>) {
		let operation = operation.into();
		if let Err(refusal) = self.ledger.apply(&operation) {
			panic!("{refusal}: {operation:?}");
		}
	}

	/// A deposit by a person, with the person's key; on the other chain, where this one sees no queue.
	pub fn deposit_on(&mut self, chain: ChainId, person: u8, token: TokenId, value: u128) {
		let (owner, key) = (owner(person), Some(key(person)));
		let target = self.target(chain, owner);
		self.apply(Deposit { chain, token, owner, amount: amount(value), key, target });
	}

	fn signer(&self, chain: ChainId, person: u8) -> (AccountIndex, Nonce) {
		let account = self.account_of(chain, owner(person)).expect("the person has an account");
		let state = self.ledger.state(chain).expect("a chain");
		(account, state.account(account).expect("the account exists").nonce())
	}

	/// A transfer between persons.
	pub fn transfer(&mut self, chain: ChainId, from: u8, to: u8, token: TokenId, value: u128) {
		let (account, nonce) = self.signer(chain, from);
		let receiver = owner(to);
		let body = TransferBody {
			chain,
			account,
			nonce,
			token,
			receiver,
			amount: amount(value),
			fee: Fee::ZERO,
		};
		let target = self.target(chain, receiver);
		self.apply(Transfer { tx: sign(from, body), target });
	}

	/// A withdrawal by a person, to any L1 account.
	pub fn withdraw(&mut self, chain: ChainId, from: u8, to: Owner, token: TokenId, value: u128) {
		let (account, nonce) = self.signer(chain, from);
		let body = WithdrawBody {
			chain,
			account,
			nonce,
			token,
			receiver: to,
			amount: amount(value),
			fee: Fee::ZERO,
		};
		self.apply(Withdraw { tx: sign(from, body) });
	}

	/// Makes the other chain's side of [`POOL`] there, at slot 0; this chain's is served from its queue:
	/// see [`request_pool`].
	pub fn create_pool_elsewhere(&mut self) {
		let (chain, side) = if self.here() == A { (B, Side::One) } else { (A, Side::Zero) };
		self.apply(CreatePool { chain, slot: PoolSlot(0), side, params: POOL });
	}

	/// The first liquidity of [`POOL`], by a person with funds on both chains.
	pub fn add_liquidity(&mut self, person: u8, value0: u128, value1: u128) {
		let (account0, nonce0) = self.signer(A, person);
		let (account1, nonce1) = self.signer(B, person);
		let body = AddLiquidityBody {
			params: POOL,
			account0,
			nonce0,
			account1,
			nonce1,
			shares: amount(1),
			max0: amount(value0),
			max1: amount(value1),
			fee: Fee::ZERO,
		};
		self.apply(AddLiquidity { tx: sign(person, body) });
	}

	/// A swap in [`POOL`] of what a person has on the chain of `side`.
	pub fn swap(&mut self, person: u8, side: Side, value: u128) {
		let (chain, other) = (POOL.chain(side), POOL.chain(side.other()));
		let (account, nonce) = self.signer(chain, person);
		let body = SwapBody {
			params: POOL,
			direction: side,
			account,
			nonce,
			amount: amount(value),
			min_out: amount(1),
			fee: Fee::ZERO,
		};
		let out = self.target(other, owner(person));
		self.apply(Swap { tx: sign(person, body), out });
	}

	/// Takes back the blocks after `to`; later headers name `epoch`.
	pub fn revert(&mut self, to: u64, epoch: u32) {
		self.ledger.rollback(BlockNumber(to)).expect("the ledger keeps all blocks");
		self.headers.truncate(to as usize + 1);
		self.served.truncate(to as usize + 1);
		self.revert_epoch = epoch;
	}
}

/// Deposits as a person, with the person's key.
pub fn deposit(person: u8, token: u16, value: u128) {
	let origin = RuntimeOrigin::signed(account(person));
	Rollup::deposit(origin, TokenId(token), owner(person), amount(value), Some(key(person)))
		.expect("the deposit is taken");
}

/// Asks for this chain's side of [`POOL`], at slot 0, as the pallet of the pools does.
pub fn request_pool() {
	let here = Rollup::identity().expect("a chain of a network").chain;
	let side = if here == A { Side::Zero } else { Side::One };
	let request = PriorityRequest::CreatePool { slot: PoolSlot(0), side, params: POOL };
	<Rollup as RequestQueue<_>>::request(&account(1), request).expect("the request is taken");
	HomePools::set(if here == A { vec![PoolSlot(0)] } else { Vec::new() });
}

/// The operator whose turn a block is.
pub fn operator_of(number: BlockNumber) -> AccountId {
	operators()[(number.0 / u64::from(TURN_LENGTH)) as usize % operators().len()].clone()
}

/// Sends a block's commit as an extrinsic of its own, by whom it should come from.
pub fn commit(block: &Block) -> DispatchResultWithPostInfo {
	commit_as(operator_of(block.number()), block, block.data())
}

/// Sends a commit as an extrinsic of its own.
pub fn commit_as(who: AccountId, block: &Block, data: Vec<u8>) -> DispatchResultWithPostInfo {
	let call = commit_call(block, data);
	System::set_extrinsic_index(EXTRINSIC);
	TopLevelCommit::<Test>::put(EXTRINSIC);
	let result = RuntimeCall::from(call).dispatch(RuntimeOrigin::signed(who));
	// What the transaction extension does after the dispatch.
	TopLevelCommit::<Test>::kill();
	result
}

/// The call that commits a block.
pub fn commit_call(block: &Block, data: Vec<u8>) -> Call<Test> {
	let data = data.try_into().expect("within the bound of the call");
	Call::commit_block { header: Box::new(block.header.clone()), data }
}

/// Sends as many proofs as the block needs.
pub fn prove(block: &Block) -> DispatchResultWithPostInfo {
	let proofs = (0..block.proofs()).map(|place| [place as u8; 192]).collect::<Vec<_>>();
	let proofs = proofs.try_into().expect("a proof per half and one of the join");
	let prover = RuntimeOrigin::signed(account(5));
	Rollup::prove_block(prover, block.number(), block.hash(), proofs)
}

/// What the oracle pallet does once more than two thirds have signed.
pub fn certify(block: &Block) -> frame_support::dispatch::DispatchResult {
	Rollup::certify(&VoteMessage::block(&block.header))
}

/// Executes a block as an operator.
pub fn execute(block: &Block) -> DispatchResultWithPostInfo {
	execute_as(operators()[0].clone(), block.number().0)
}

/// Executes a block with enough weight.
pub fn execute_as(who: AccountId, number: u64) -> DispatchResultWithPostInfo {
	Rollup::execute_block(RuntimeOrigin::signed(who), BlockNumber(number), 32, 32)
}

/// Commits and proves a block.
pub fn bring_to_proof(block: &Block) {
	commit(block).expect("the block is committed");
	prove(block).expect("the block is proven");
}

/// Commits, proves and certifies a block.
pub fn bring_to_certificate(block: &Block) {
	bring_to_proof(block);
	certify(block).expect("the block is certified");
}

/// The whole life of a block.
pub fn settle(block: &Block) {
	bring_to_certificate(block);
	execute(block).expect("the block is executed");
}

/// What a person has of a token on L1.
pub fn balance(who: &AccountId, token: u16) -> Balance {
	use frame_support::traits::{fungible, fungibles};
	match token {
		0 => <Balances as fungible::Inspect<_>>::balance(who),
		1 => <Assets as fungibles::Inspect<_>>::balance(COIN, who),
		2 => <Assets as fungibles::Inspect<_>>::balance(SHELL, who),
		_ => panic!("no such token"),
	}
}

/// The weight that a call gives back its fee for.
pub fn weight(
	result: DispatchResultWithPostInfo,
) -> (Option<Weight>, frame_support::dispatch::Pays) {
	let info = result.expect("the call succeeds");
	(info.actual_weight, info.pays_fee)
}
