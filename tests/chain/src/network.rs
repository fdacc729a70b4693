// SPDX-License-Identifier: Apache-2.0

//! Both chains and the ledger, and how its blocks are built.

use ligature_ledger::{BlockParams, ChainState, Ledger, Receipt, SealedBlock};
use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	header::{Digest, Header, chain_list_hash},
	ids::{AccountIndex, BlockNumber, ChainId, NetworkId, Timestamp},
	op::Operation,
	refusal::Refusal,
};
use ligature_runtime::{ProofVerifier, RootOracle, Runtime};
use pallet_rollup::{
	PriorityQueue, RevertEpoch,
	traits::{OracleEpochs, ProofVerification},
};

use crate::{
	chain::Chain,
	people::{ALICE, Person},
};

/// The first chain of the development network.
pub const ALPHA: ChainId = ChainId(1);
/// The second one.
pub const BETA: ChainId = ChainId(2);
/// The development network.
pub const NETWORK: NetworkId = NetworkId(1);
/// The version of the circuits.
pub const CIRCUITS: u16 = 1;

/// How many blocks the operator can take back.
const UNDO: usize = 16;

/// A block of the rollup, as operator and provers know it.
#[derive(Clone, Debug)]
pub struct Built {
	/// What all chains agree on.
	pub header: Header,
	/// Public data, per chain.
	pub data: Vec<Vec<u8>>,
	/// The chains' states before it.
	pub before: Vec<ChainState>,
	/// The ledger's part.
	pub sealed: SealedBlock,
	/// What happens in it.
	pub operations: Vec<Operation>,
	/// The first request that no block up to this one serves, per chain.
	pub served: Vec<u64>,
}

impl Built {
	/// Its number.
	pub fn number(&self) -> BlockNumber {
		self.header.number
	}

	/// Its header hash.
	pub fn hash(&self) -> Digest {
		self.header.hash()
	}
}

/// The development network: two chains, the ledger, and what the operator has built.
pub struct Network {
	chains: Vec<Chain>,
	ledger: Ledger,
	/// The blocks built, the first has number 1.
	blocks: Vec<Built>,
	/// Header of block 0.
	genesis: Header,
	/// Accepted operations of the block being built.
	operations: Vec<Operation>,
	/// The states before it.
	before: Vec<ChainState>,
	/// Requests that the blocks built so far serve, that being built included, per chain.
	served: Vec<u64>,
	/// Size class of the blocks to come.
	class: SizeClass,
	/// Class of their joins.
	join_class: JoinClass,
	revert_epoch: u32,
}

impl Network {
	/// Two chains at their genesis, which do not know each other yet.
	pub fn closed() -> Self {
		let chains = vec![Chain::new("alpha", ALPHA), Chain::new("beta", BETA)];
		let network = ligature_primitives::header::Network::new(NETWORK, vec![ALPHA, BETA])
			.expect("two chains, ascending; qed");
		let ledger = Ledger::new(network.clone());
		let root = ledger.states()[0].root();
		let mut this = Self {
			chains,
			ledger,
			blocks: Vec::new(),
			genesis: Header::genesis(&network, [0; 32], [0; 32], root),
			operations: Vec::new(),
			before: Vec::new(),
			served: vec![0; 2],
			class: SizeClass::new(2).expect("a class; qed"),
			join_class: JoinClass::new(1).expect("a class; qed"),
			revert_epoch: 0,
		};
		let hashes: Vec<_> =
			this.chains.iter().map(|chain| (chain.id(), chain.genesis().0)).collect();
		let members = this.chains[0].with(|| RootOracle::epoch_of(BlockNumber(0)));
		let (_, members) = members.expect("the first epoch holds from the beginning; qed");
		this.genesis = Header::genesis(&network, chain_list_hash(NETWORK, &hashes), members, root);
		this
	}

	/// Two chains that know each other: blocks can come.
	pub fn open() -> Self {
		let mut this = Self::closed();
		let hashes = this.genesis_hashes();
		for chain in &mut this.chains {
			let genesis_hashes = hashes.clone().try_into().expect("two of at most four; qed");
			let call = pallet_rollup::Call::open_network { genesis_hashes };
			assert_eq!(chain.root(call), Ok(()), "the network opens");
			chain.block();
		}
		this
	}

	/// Genesis hashes of the chains, in their order.
	pub fn genesis_hashes(&self) -> Vec<Digest> {
		self.chains.iter().map(|chain| chain.genesis().0).collect()
	}

	/// One of the chains.
	///
	/// # Panics
	///
	/// If there is no such chain.
	pub fn chain(&mut self, id: ChainId) -> &mut Chain {
		let place = self.place(id);
		&mut self.chains[place]
	}

	/// All chains.
	pub fn chains(&mut self) -> &mut [Chain] {
		&mut self.chains
	}

	/// The place of a chain in the network.
	pub fn place(&self, id: ChainId) -> usize {
		self.ledger.network().position(id).expect("a chain of the network")
	}

	/// The ledger.
	pub fn ledger(&self) -> &Ledger {
		&self.ledger
	}

	/// The state of the ledger on a chain, as of the last operation.
	pub fn state(&self, chain: ChainId) -> &ChainState {
		self.ledger.state(chain).expect("a chain of the network")
	}

	/// The chains' states after a block.
	pub fn states_after(&self, number: BlockNumber) -> &[ChainState] {
		match self.blocks.get(number.0 as usize) {
			Some(next) => &next.before,
			None => self.ledger.states(),
		}
	}

	/// A block that was built.
	pub fn built(&self, number: BlockNumber) -> &Built {
		&self.blocks[number.0 as usize - 1]
	}

	/// All blocks that were built and not taken back.
	pub fn blocks(&self) -> &[Built] {
		&self.blocks
	}

	/// The last header, that of genesis if there is no other.
	pub fn parent(&self) -> &Header {
		self.blocks.last().map_or(&self.genesis, |block| &block.header)
	}

	/// From now on blocks have this many slots: class 1 to 3.
	pub fn set_class(&mut self, class: u8) {
		self.class = SizeClass::new(class).expect("a class");
	}

	/// From now on a block holds as many joint operations as this class.
	pub fn set_join_class(&mut self, class: u8) {
		self.join_class = JoinClass::new(class).expect("a class");
	}

	/// Both chains make a block.
	#[track_caller]
	pub fn tick(&mut self) {
		self.skip(1);
	}

	/// Both chains wait.
	#[track_caller]
	pub fn skip(&mut self, blocks: ligature_runtime::BlockNumber) {
		for chain in &mut self.chains {
			chain.skip(blocks);
		}
	}

	/// The operator whose turn a block is.
	pub fn operator(&self) -> Person {
		ALICE
	}

	/// The time of a block that is built now: no chain finds it too early or too late.
	pub fn time(&self) -> Timestamp {
		let clock = self.chains.iter().map(Chain::seconds).min().expect("there are two; qed");
		let parent = self.parent().timestamp.get();
		Timestamp::new(clock.max(parent)).expect("far below 2^40; qed")
	}

	/// Begins a block. The operator's account takes the fees, once it exists.
	///
	/// # Panics
	///
	/// If one is being built.
	pub fn begin(&mut self) {
		let fee_accounts = [ALPHA, BETA]
			.map(|chain| self.account(chain, self.operator()).unwrap_or(AccountIndex::ZERO));
		let params = BlockParams {
			number: BlockNumber(self.ledger.number().0 + 1),
			timestamp: self.time(),
			fee_accounts: fee_accounts.to_vec(),
			classes: vec![self.class; 2],
			join_class: self.join_class,
			verify_signatures: true,
		};
		self.ledger.prune(UNDO);
		self.ledger.begin_block(params).expect("the block continues the ledger");
		self.before = self.ledger.states().to_vec();
		self.operations.clear();
	}

	/// Puts an operation into the block.
	///
	/// # Errors
	///
	/// If the ledger refuses it.
	pub fn act(&mut self, operation: impl Into<Operation>) -> Result<Receipt, Refusal> {
		let operation = operation.into();
		let receipt = self.ledger.apply(&operation)?;
		self.operations.push(operation);
		Ok(receipt)
	}

	/// Serves the requests that wait in the queues of both chains, in order, as many as fit. Says how
	/// many.
	///
	/// # Panics
	///
	/// If the ledger refuses a request for another reason than a full block.
	pub fn serve(&mut self) -> usize {
		let mut all = 0;
		for chain in [ALPHA, BETA] {
			while self.serve_next(chain) {
				all += 1;
			}
		}
		all
	}

	/// Serves the next request of one chain, if there is one and it fits.
	pub fn serve_next(&mut self, chain: ChainId) -> bool {
		let place = self.place(chain);
		let index = self.served[place];
		let Some(request) = self.request(chain, index) else { return false };
		let operation = self.operation_for(chain, &request);
		match self.act(operation) {
			Ok(_) => {
				self.served[place] += 1;
				true
			},
			Err(Refusal::BlockFull | Refusal::TooManyPools | Refusal::JoinFull) => false,
			Err(refusal) => panic!("request {index} of chain {} is refused: {refusal}", chain.0),
		}
	}

	/// Takes a request for served that an operator put into the block by hand.
	pub fn skip_request(&mut self, chain: ChainId) {
		let place = self.place(chain);
		self.served[place] += 1;
	}

	/// Seals the block and writes its header, as the first chain sees epochs and keys.
	///
	/// # Panics
	///
	/// If none is being built.
	pub fn seal(&mut self) -> Built {
		let sealed = self.ledger.seal().expect("a block is being built; qed");
		let header = self.header(&sealed);
		let built = Built {
			header,
			data: sealed.chains.iter().map(|chain| chain.bytes.clone()).collect(),
			before: std::mem::take(&mut self.before),
			sealed,
			operations: std::mem::take(&mut self.operations),
			served: self.served.clone(),
		};
		self.blocks.push(built.clone());
		built
	}

	/// The header of a sealed block after the last one built.
	fn header(&mut self, sealed: &SealedBlock) -> Header {
		let classes: Vec<_> = sealed.chains.iter().map(|chain| chain.header.size_class).collect();
		let parent = self.parent().clone();
		let (members, keys) = self.chains[0].with(|| {
			let members = RootOracle::epoch_of(sealed.number);
			let keys = <ProofVerifier as ProofVerification>::keys_digest(
				CIRCUITS,
				sealed.join_class,
				&classes,
			);
			(members, keys)
		});
		// Where the chain has no answer it will refuse the header, whatever stands there.
		let members = members.unwrap_or((parent.oracle_epoch, parent.member_set_hash));
		Header {
			network: NETWORK,
			chain_list_hash: parent.chain_list_hash,
			number: sealed.number,
			parent: parent.hash(),
			revert_epoch: self.revert_epoch,
			oracle_epoch: members.0,
			member_set_hash: members.1,
			timestamp: sealed.timestamp,
			circuit_version: CIRCUITS,
			keys_digest: keys.unwrap_or_default(),
			join_class: sealed.join_class,
			chains: sealed.chains.iter().map(|chain| chain.header.clone()).collect(),
		}
	}

	/// Builds a block: first what waits in the queues, then what `act` puts into it.
	pub fn block<R>(&mut self, act: impl FnOnce(&mut Self) -> R) -> Built {
		self.begin();
		self.serve();
		act(self);
		self.seal()
	}

	/// A block that serves the queues and holds nothing else.
	pub fn serving_block(&mut self) -> Built {
		self.block(|_| ())
	}

	/// Forgets the blocks after `to`, as if they had never been built.
	pub fn forget(&mut self, to: BlockNumber) {
		self.ledger.rollback(to).expect("the ledger keeps all blocks");
		self.blocks.truncate(to.0 as usize);
		self.operations.clear();
		self.served = match self.blocks.last() {
			Some(block) => block.served.clone(),
			None => vec![0; 2],
		};
	}

	/// Takes back the blocks after `to` on all chains, and builds on from there in the next revert epoch.
	#[track_caller]
	pub fn revert(&mut self, to: BlockNumber) {
		let epoch = self.revert_epoch + 1;
		for place in 0..self.chains.len() {
			let call = pallet_rollup::Call::revert_blocks { to, epoch };
			let operator = self.operator();
			let _ = self.chains[place].apply(operator, call).ok();
		}
		self.forget(to);
		self.revert_epoch = epoch;
	}

	/// The revert epoch that headers name.
	pub fn named_revert_epoch(&self) -> u32 {
		self.revert_epoch
	}

	/// From now on headers name this revert epoch.
	pub fn set_revert_epoch(&mut self, epoch: u32) {
		self.revert_epoch = epoch;
	}

	/// The revert epoch of a chain.
	pub fn revert_epoch(&mut self, chain: ChainId) -> u32 {
		self.chain(chain).with(RevertEpoch::<Runtime>::get)
	}

	/// Requests that wait on a chain and that no block built so far serves.
	pub fn waiting(&mut self, chain: ChainId) -> u64 {
		let place = self.place(chain);
		let next = self.chains[place].with(|| PriorityQueue::<Runtime>::get().next);
		next - self.served[place]
	}

	/// A person's first account on the ledger of a chain.
	pub fn account(&self, chain: ChainId, person: Person) -> Option<AccountIndex> {
		let owner = person.owner();
		let mut accounts = self.state(chain).accounts();
		accounts.find(|(_, account)| account.owner == owner).map(|(index, _)| index)
	}
}
