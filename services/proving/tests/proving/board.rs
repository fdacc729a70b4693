// SPDX-License-Identifier: Apache-2.0

//! The operator's side of proving: honest, unless a test turns a switch.

use crate::{
	blocks, given,
	quick::{holds, job},
	world::Block,
};
use jsonrpsee::{
	RpcModule,
	core::async_trait,
	server::{ServerBuilder, ServerHandle},
};
use ligature_ledger::{ChainState, snapshot};
use ligature_operator_api::{
	ApiError, BlockBytes, Bytes, Hash32, PartName, ProofOf, ProverApiServer, Share,
};
use ligature_primitives::ids::ChainId;
use ligature_prover::{Job, Part, job::Statement};
use ligature_proving::Proof;
use std::{
	collections::{BTreeMap, HashMap},
	net::SocketAddr,
	sync::{Arc, Mutex, MutexGuard},
	time::{Duration, Instant},
};
use tokio::runtime::Runtime;

/// How a prover names a part.
pub fn name_of(part: Part) -> PartName {
	match part {
		Part::Half(ChainId(chain)) => PartName::Half(chain),
		Part::Join => PartName::Join,
	}
}

/// What a prover has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
	Took,
	Renewed,
	Lost,
	Released,
	Brought,
}

/// A block on the board.
#[derive(Default)]
pub struct Posted {
	pub number: u64,
	pub bytes: Option<BlockBytes>,
	pub states: Option<Vec<Bytes>>,
	/// What there is to prove of it.
	pub statements: BTreeMap<PartName, Statement>,
	pub proofs: BTreeMap<PartName, Bytes>,
	/// Who works on what, and until when.
	leases: BTreeMap<PartName, (Hash32, Instant)>,
}

/// What is on the board, and the switches.
pub struct State {
	pub posts: HashMap<Hash32, Posted>,
	pub acts: Vec<(PartName, Act)>,
	/// Seconds for which a share is given.
	pub lease: u64,
	/// Answers this and nothing else.
	pub answer: Option<ApiError>,
	/// Gives this share, whatever there is.
	pub offer: Option<PartName>,
	/// Gives no share.
	pub stingy: bool,
	/// Takes no proof.
	pub picky: bool,
}

impl State {
	/// The post of a block of the tests.
	pub fn post(&mut self, block: &Block) -> &mut Posted {
		self.posts.entry(Hash32(block.header.hash())).or_default()
	}

	/// Gives a part to somebody who is never heard of again.
	pub fn give_away(&mut self, block: &Block, part: PartName) {
		let until = Instant::now() + Duration::from_secs(self.lease);
		self.post(block).leases.insert(part, (Hash32([0xee; 32]), until));
	}

	/// Parts on which somebody works.
	pub fn leased(&mut self, block: &Block) -> Vec<PartName> {
		self.post(block).leases.keys().copied().collect()
	}

	fn done(&self, act: Act) -> Vec<PartName> {
		let acts = self.acts.iter().filter(|(_, other)| *other == act);
		acts.map(|(part, _)| *part).collect()
	}
}

/// The board, and its server.
pub struct Board {
	state: Arc<Mutex<State>>,
	runtime: Runtime,
	address: SocketAddr,
	server: Option<ServerHandle>,
}

impl Board {
	/// With no block. Shares are given for this many seconds.
	pub fn new(lease: u64) -> Self {
		let state = State {
			posts: HashMap::new(),
			acts: Vec::new(),
			lease,
			answer: None,
			offer: None,
			stingy: false,
			picky: false,
		};
		let state = Arc::new(Mutex::new(state));
		let (runtime, address) = (Runtime::new().unwrap(), "127.0.0.1:0".parse().unwrap());
		let mut board = Self { state, runtime, address, server: None };
		board.start();
		board
	}

	/// With a block to prove.
	pub fn with(lease: u64, block: &Block) -> Self {
		let board = Self::new(lease);
		board.want(block);
		board
	}

	/// Begins to listen.
	pub fn start(&mut self) {
		self.serve(Methods(self.state.clone()).into_rpc());
	}

	/// Listens with other methods than those of an operator.
	pub fn serve<T>(&mut self, methods: RpcModule<T>) {
		let (server, address) = self.runtime.block_on(async {
			let server = ServerBuilder::default().build(self.address).await.unwrap();
			let address = server.local_addr().unwrap();
			(server.start(methods), address)
		});
		self.address = address;
		self.server = Some(server);
	}

	/// Is gone, as after a kill.
	pub fn stop(&mut self) {
		let server = self.server.take().unwrap();
		let _ = server.stop();
		self.runtime.block_on(server.stopped());
	}

	pub fn url(&self) -> String {
		format!("http://{}", self.address)
	}

	pub fn state(&self) -> MutexGuard<'_, State> {
		self.state.lock().unwrap()
	}

	/// Has a block, and its states if they are given.
	pub fn post(&self, block: &Block, states: Option<&[ChainState]>) {
		let save = |state: &ChainState| {
			let mut bytes = Vec::new();
			snapshot::save(state, &mut bytes).unwrap();
			Bytes(bytes)
		};
		let mut state = self.state();
		let post = state.post(block);
		post.number = block.header.number.0;
		let (header, record) = (Bytes(block.header.encode()), Bytes(block.record.encode()));
		post.bytes = Some(BlockBytes { header, record });
		post.states = states.map(|states| states.iter().map(save).collect());
	}

	/// Wants the proofs of a block.
	pub fn want(&self, block: &Block) {
		for earlier in &blocks()[..block.header.number.0 as usize] {
			self.post(earlier, None);
		}
		self.want_parts(block, job(&block.header, given(block)));
	}

	/// Wants the proofs of a block, of which all else is there already.
	pub fn want_only(&self, block: &Block) {
		self.post(block, None);
		self.want_parts(block, job(&block.header, given(block)));
	}

	/// Wants what there is to prove of a block.
	pub fn want_parts(&self, block: &Block, job: Job) {
		let statements = job.statements.into_iter().map(|it| (name_of(it.part), it));
		self.state().post(block).statements = statements.collect();
	}

	/// What the parts are on which provers have done this.
	pub fn acts(&self, act: Act) -> Vec<PartName> {
		self.state().done(act)
	}

	/// The proofs that were brought, or that a test has put there.
	pub fn proofs(&self, block: &Block) -> BTreeMap<PartName, Bytes> {
		self.state().post(block).proofs.clone()
	}

	/// Puts something there as a proof, unchecked.
	pub fn put(&self, block: &Block, part: PartName, proof: &Proof) {
		self.state().post(block).proofs.insert(part, Bytes(proof.to_vec()));
	}

	/// The statement of a part.
	pub fn statement(&self, block: &Block, part: PartName) -> Statement {
		self.state().post(block).statements[&part].clone()
	}
}

struct Methods(Arc<Mutex<State>>);

impl Methods {
	fn state(&self) -> Result<MutexGuard<'_, State>, ApiError> {
		let state = self.0.lock().unwrap();
		match &state.answer {
			Some(error) => Err(error.clone()),
			None => Ok(state),
		}
	}
}

fn unknown() -> ApiError {
	ApiError::NotFound { what: "such block".into() }
}

#[async_trait]
impl ProverApiServer for Methods {
	async fn block(&self, _: u64, hash: Hash32) -> Result<Option<BlockBytes>, ApiError> {
		Ok(self.state()?.posts.get(&hash).and_then(|post| post.bytes.clone()))
	}

	async fn states(&self, _: u64, hash: Hash32) -> Result<Option<Vec<Bytes>>, ApiError> {
		Ok(self.state()?.posts.get(&hash).and_then(|post| post.states.clone()))
	}

	async fn take(&self, _: u64, hash: Hash32, prover: Hash32) -> Result<Option<Share>, ApiError> {
		let mut state = self.state()?;
		let (seconds, offer, stingy) = (state.lease, state.offer, state.stingy);
		let post = state.posts.get_mut(&hash).ok_or_else(unknown)?;
		let now = Instant::now();
		post.leases.retain(|_, (_, until)| *until > now);
		let mut free = post.statements.keys().filter(|part| {
			!post.proofs.contains_key(*part) && !post.leases.contains_key(*part) && !stingy
		});
		let Some(part) = offer.or_else(|| free.next().copied()) else { return Ok(None) };
		post.leases.insert(part, (prover, now + Duration::from_secs(seconds)));
		state.acts.push((part, Act::Took));
		Ok(Some(Share { part, seconds }))
	}

	async fn renew(
		&self,
		_: u64,
		hash: Hash32,
		prover: Hash32,
		part: PartName,
	) -> Result<bool, ApiError> {
		let mut state = self.state()?;
		let until = Instant::now() + Duration::from_secs(state.lease);
		let post = state.posts.get_mut(&hash).ok_or_else(unknown)?;
		let held = post.leases.get_mut(&part).filter(|(holder, _)| *holder == prover);
		let kept = held.map(|lease| lease.1 = until).is_some();
		state.acts.push((part, if kept { Act::Renewed } else { Act::Lost }));
		Ok(kept)
	}

	async fn release(
		&self,
		_: u64,
		hash: Hash32,
		prover: Hash32,
		part: PartName,
	) -> Result<(), ApiError> {
		let mut state = self.state()?;
		let post = state.posts.get_mut(&hash).ok_or_else(unknown)?;
		if post.leases.get(&part).is_some_and(|(holder, _)| *holder == prover) {
			post.leases.remove(&part);
			state.acts.push((part, Act::Released));
		}
		Ok(())
	}

	async fn prove(&self, _: u64, hash: Hash32, proof: ProofOf) -> Result<(), ApiError> {
		let mut state = self.state()?;
		let picky = state.picky;
		let post = state.posts.get_mut(&hash).ok_or_else(unknown)?;
		let ProofOf { part, proof } = proof;
		let wanted = post.statements.get(&part);
		if picky || !wanted.is_some_and(|statement| holds(statement, &proof.0)) {
			return Err(ApiError::BadProof { reason: "it does not hold".into() });
		}
		post.proofs.insert(part, proof);
		post.leases.remove(&part);
		state.acts.push((part, Act::Brought));
		Ok(())
	}

	async fn proofs(&self, _: u64, hash: Hash32) -> Result<Vec<ProofOf>, ApiError> {
		let state = self.state()?;
		let post = state.posts.get(&hash).ok_or_else(unknown)?;
		let proofs = post.proofs.iter();
		Ok(proofs.map(|(part, proof)| ProofOf { part: *part, proof: proof.clone() }).collect())
	}

	async fn wanted(&self) -> Result<Vec<(u64, Hash32)>, ApiError> {
		let state = self.state()?;
		let lacks = |post: &Posted| post.proofs.len() < post.statements.len();
		let wanted = state.posts.iter().filter(|(_, post)| lacks(post));
		let mut wanted: Vec<_> = wanted.map(|(hash, post)| (post.number, *hash)).collect();
		wanted.sort();
		Ok(wanted)
	}
}
