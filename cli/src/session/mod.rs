// SPDX-License-Identifier: Apache-2.0

//! What a wallet does: asks operator and chains, signs, sends, waits.
//!
//! | file | what |
//! |---|---|
//! | `names` | what chains and tokens are called |
//! | `token` | a token, and amounts of it |
//! | `sign` | transfers and withdrawals; which account signs, and for which fee |
//! | `swap`, `liquidity` | what is done with pools |
//! | `wait` | sending, and what becomes of it |
//! | `request` | calls on the chains: deposits, exits, keys, pools, claims |
//! | `trouble` | what operator and chains answer when they do not do it, in words |
//!
//! A session needs the operator for the ledger, and only the chains for what is done on chains: whoever names the chains
//! by hand can leave without the operator.

use std::{
	collections::BTreeMap,
	time::{Duration, Instant},
};

use jsonrpsee::http_client::{HttpClient, HttpClientBuilder};
use ligature_chain::Chain;
use ligature_operator_api::{
	AccountInfo, Hash32, NetworkInfo, OperatorApiClient, OperatorStatus, PoolInfo,
};
use ligature_primitives::ids::{ChainId, NetworkId, Owner};
use tokio::sync::Mutex;

use crate::{
	endpoints::{Endpoints, over_http},
	failure::Failure,
};

mod liquidity;
mod names;
mod network;
mod request;
mod sign;
mod swap;
mod token;
mod trouble;
mod wait;

pub use self::{
	liquidity::PreparedLiquidity,
	request::{RequestGoal, Requested, Submitted},
	sign::{Debit, KeyState, Prepared, Terms, balance_of},
	swap::{Limit, Offer, PreparedSwap, params_of},
	token::Token,
	trouble::{chain_trouble, dispatch_trouble, operator_trouble},
	wait::{Goal, Seen, reached},
};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// A connection to the network.
pub struct Session {
	network: NetworkInfo,
	/// When the network was asked for its time.
	asked: Instant,
	operator: Operator,
	/// The chains that were needed so far.
	chains: Mutex<BTreeMap<ChainId, Chain>>,
}

/// The operator, or why it does not answer.
struct Operator {
	url: String,
	client: Result<HttpClient, String>,
}

impl Session {
	/// Asks the operator for the network. If it does not answer, the chains named by hand say what they know.
	///
	/// # Errors
	///
	/// [`Failure::Unreachable`] if nobody answers.
	pub async fn connect(endpoints: &Endpoints) -> Result<Self, Failure> {
		let url = over_http(&endpoints.operator)?;
		let client = HttpClientBuilder::default()
			.request_timeout(PATIENCE)
			.build(&url)
			.map_err(|error| operator_trouble(&url, error))?;
		let asked = client.network().await;
		let mut this = Self {
			network: NetworkInfo { id: 0, chains: Vec::new(), now: 0 },
			asked: Instant::now(),
			operator: Operator { url: url.clone(), client: Ok(client) },
			chains: Mutex::default(),
		};
		let named = network::chains(&endpoints.chains).await?;
		match asked.map_err(|error| operator_trouble(&url, error)) {
			Ok(network) => {
				this.network = network;
				for chain in named {
					network::replace(&mut this.network, &chain)?;
					this.chains.get_mut().insert(chain.id, chain.chain);
				}
			},
			Err(Failure::Unreachable { what, .. }) if !named.is_empty() => {
				this.operator.client = Err(what);
				this.network = network::of(&named)?;
				this.chains
					.get_mut()
					.extend(named.into_iter().map(|chain| (chain.id, chain.chain)));
			},
			Err(failure) => return Err(failure),
		}
		Ok(this)
	}

	/// Connects to the chains at these URLs and to nobody else: for who leaves without the operator.
	///
	/// # Errors
	///
	/// [`Failure::Unreachable`] if one does not answer, [`Failure::Input`] if they are not different chains of one
	/// network.
	pub async fn of_chains(urls: &[String]) -> Result<Self, Failure> {
		let named = network::chains(urls).await?;
		let network = network::of(&named)?;
		let chains = named.into_iter().map(|chain| (chain.id, chain.chain)).collect();
		Ok(Self {
			network,
			asked: Instant::now(),
			operator: Operator {
				url: String::new(),
				client: Err("no operator was asked for anything".into()),
			},
			chains: Mutex::new(chains),
		})
	}

	/// The network, its chains and their tokens.
	pub fn network(&self) -> &NetworkInfo {
		&self.network
	}

	/// The network's number.
	pub fn network_id(&self) -> NetworkId {
		NetworkId(self.network.id)
	}

	/// Seconds since 1970 by the clock of the operator, by which transactions expire.
	pub fn now(&self) -> u64 {
		self.network.now.saturating_add(self.asked.elapsed().as_secs())
	}

	/// The operator's URL.
	pub fn operator_url(&self) -> &str {
		&self.operator.url
	}

	/// The operator: all methods of `OperatorApiClient`.
	///
	/// # Errors
	///
	/// [`Failure::Unreachable`] if it did not answer when the session began.
	pub fn operator(&self) -> Result<&HttpClient, Failure> {
		self.operator.client.as_ref().map_err(|why| {
			Failure::unreachable(
				why.clone(),
				"this needs the operator; full exits, claims and key changes work with --chain-url alone",
			)
		})
	}

	/// The failure of a call of the operator, in words.
	pub(crate) fn trouble(&self, error: jsonrpsee::core::ClientError) -> Failure {
		operator_trouble(&self.operator.url, error)
	}

	/// A chain, connected to when it is first needed.
	///
	/// # Errors
	///
	/// [`Failure::Unreachable`] if it does not answer, [`Failure::Input`] if it is not in the network.
	pub async fn chain(&self, id: ChainId) -> Result<Chain, Failure> {
		let mut chains = self.chains.lock().await;
		if let Some(chain) = chains.get(&id) {
			return Ok(chain.clone());
		}
		let info = self.chain_info(id)?;
		let chain = Chain::connect(&info.url)
			.await
			.map_err(|error| chain_trouble(&self.chain_name(id), error))?;
		if chain.genesis() != info.genesis.0 {
			return Err(Failure::failed(
				format!(
					"{} is another chain than the operator's {}",
					info.url,
					self.chain_name(id)
				),
				"ask who runs the operator, or name the chain's own server with --chain-url",
			));
		}
		chains.insert(id, chain.clone());
		Ok(chain)
	}

	/// The accounts of an owner on the ledger, on all chains.
	///
	/// # Errors
	///
	/// If the operator does not answer.
	pub async fn accounts(&self, owner: Owner) -> Result<Vec<AccountInfo>, Failure> {
		let accounts = self.operator()?.accounts(Hash32(owner.0)).await;
		accounts.map_err(|error| self.trouble(error))
	}

	/// All pools.
	///
	/// # Errors
	///
	/// If the operator does not answer.
	pub async fn pools(&self) -> Result<Vec<PoolInfo>, Failure> {
		self.operator()?.pools().await.map_err(|error| self.trouble(error))
	}

	/// Where the operator stands.
	///
	/// # Errors
	///
	/// If it does not answer.
	pub async fn status(&self) -> Result<OperatorStatus, Failure> {
		self.operator()?.status().await.map_err(|error| self.trouble(error))
	}
}
