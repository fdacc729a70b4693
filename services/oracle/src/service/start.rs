// SPDX-License-Identifier: Apache-2.0

//! From a configuration to a member at work.

use super::{Core, Settings, serve};
use crate::{
	Config, OracleError,
	journal::Journal,
	keys::{KeyError, MemberKey},
	metrics::Metrics,
	relayer::{NodePort, Port},
	watch::Nodes,
};
use futures::future::try_join_all;
use ligature_chain::{Chain, ChainError, Identity, Signer};
use ligature_primitives::ids::{ChainId, NetworkId};
use ligature_service_kit::{Shutdown, metrics};
use prometheus::Registry;
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// Between attempts to connect, and between looks at a network that is not open yet.
const PAUSE: Duration = Duration::from_secs(2);

/// Runs an oracle until the end is asked for. It waits for its chains to answer and for their network to be
/// open.
///
/// # Errors
///
/// [`OracleError`]: a key, a journal or an address that cannot be used, chains that are not of one network, or a
/// vote of this member's that its journal does not hold.
pub async fn run(config: Config, shutdown: Shutdown) -> Result<(), OracleError> {
	if config.relays.is_empty() {
		return Err(OracleError::NoRelay);
	}
	let key = MemberKey::load(&config.member)?;
	let signer = Signer::from_suri(&config.account.text()?).map_err(|_| KeyError::BadAccount)?;
	let registry = Registry::new();
	let metrics =
		Metrics::new(&registry).map_err(|error| OracleError::Internal(error.to_string()))?;
	if let Some(listen) = config.metrics {
		metrics::serve(listen, registry, shutdown.clone()).await?;
	}
	tracing::info!("member 0x{}, account {}", hex::encode(key.public()), signer.address());

	let chains = tokio::select! {
		chains = try_join_all(config.chains.iter().map(|url| open_chain(url))) => chains?,
		() = shutdown.wait() => return Ok(()),
	};
	let network = check(&chains)?;
	let mut chains: Vec<_> =
		chains.into_iter().map(|(chain, identity)| (identity.chain, chain)).collect();
	chains.sort_by_key(|(id, _)| *id);
	tokio::select! {
		opened = wait_until_open(&chains) => opened?,
		() = shutdown.wait() => return Ok(()),
	}
	let journal = Journal::open(&config.journal, network, &key.public())?;
	tracing::info!("network {} is open; {} votes in the journal", network.0, journal.len());

	let eyes = Nodes::new(network, &chains, key.public());
	let port = |(id, chain)| Arc::new(NodePort::new(id, chain, signer.clone())) as Arc<dyn Port>;
	let ports = chains.into_iter().map(port).collect();
	let Config { relays, poll, turn, .. } = config;
	let core = Core::new(network, key, journal, metrics.clone());
	serve(core, eyes, ports, Settings { relays, poll, turn }, metrics, shutdown).await
}

/// Connects to a chain, however long it takes, and asks which one it is.
async fn open_chain(url: &str) -> Result<(Chain, Identity), OracleError> {
	let failed = |source| OracleError::Chain { url: url.into(), source };
	let mut said = false;
	let identity = loop {
		match identify(url).await {
			Ok(found) => break found,
			Err(error) if error.is_passing() => {
				if !said {
					tracing::warn!("waiting for the chain at {url}: {error}");
					said = true;
				}
				sleep(PAUSE).await;
			},
			Err(error) => return Err(failed(error)),
		}
	};
	match identity {
		(chain, Some(identity)) => Ok((chain, identity)),
		(_, None) => Err(OracleError::NoNetwork { url: url.into() }),
	}
}

async fn identify(url: &str) -> Result<(Chain, Option<Identity>), ChainError> {
	let chain = Chain::connect(url).await?;
	let identity = chain.finalized().await?.identity().await?;
	Ok((chain, identity))
}

/// That the chains are those of one network, each once. Gives back which network.
fn check(chains: &[(Chain, Identity)]) -> Result<NetworkId, OracleError> {
	let identities: Vec<_> = chains.iter().map(|(_, identity)| identity.clone()).collect();
	check_identities(&identities).map_err(|(place, reason)| match chains.get(place) {
		Some((chain, Identity { network, chain: id, .. })) => {
			OracleError::Chains { url: chain.url().into(), chain: *id, network: *network, reason }
		},
		None => OracleError::Internal(reason),
	})
}

/// As [`check`]; an error says at which place what is wrong.
fn check_identities(identities: &[Identity]) -> Result<NetworkId, (usize, String)> {
	let Some(first) = identities.first() else { return Err((0, "no chain is named".into())) };
	for (place, identity) in identities.iter().enumerate() {
		if (identity.network, &identity.chains) != (first.network, &first.chains) {
			return Err((place, "the first one is of another network".into()));
		}
		if identities.iter().take(place).any(|other| other.chain == identity.chain) {
			return Err((place, "it is named twice".into()));
		}
	}
	let named = |chain: &&ChainId| identities.iter().any(|identity| identity.chain == **chain);
	let missing: Vec<_> = first.chains.iter().filter(|chain| !named(chain)).collect();
	if missing.is_empty() {
		return Ok(first.network);
	}
	let missing: Vec<_> = missing.into_iter().map(|chain| chain.0.to_string()).collect();
	Err((0, format!("of its network, chain {} is not named", missing.join(", "))))
}

/// Waits until all chains know each other.
async fn wait_until_open(chains: &[(ChainId, Chain)]) -> Result<(), OracleError> {
	let mut said = false;
	loop {
		let mut closed = Vec::new();
		for (id, chain) in chains {
			match is_open(chain).await {
				Ok(true) => {},
				Ok(false) => closed.push(*id),
				Err(error) if error.is_passing() => closed.push(*id),
				Err(source) => {
					return Err(OracleError::Chain { url: chain.url().into(), source });
				},
			}
		}
		if closed.is_empty() {
			return Ok(());
		}
		if !said {
			let closed: Vec<_> = closed.iter().map(|id| id.0.to_string()).collect();
			tracing::info!("waiting for the network to be opened on chain {}", closed.join(", "));
			said = true;
		}
		sleep(PAUSE).await;
	}
}

async fn is_open(chain: &Chain) -> Result<bool, ChainError> {
	Ok(chain.finalized().await?.status().await?.chain_list_hash.is_some())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn identity(network: u32, chain: u8) -> Identity {
		Identity {
			network: NetworkId(network),
			chain: ChainId(chain),
			chains: vec![ChainId(1), ChainId(2)],
		}
	}

	#[test]
	fn chains_should_be_those_of_one_network_each_once() {
		let good = [identity(7, 2), identity(7, 1)];
		assert_eq!(check_identities(&good), Ok(NetworkId(7)));
		let cases = [
			(vec![], 0, "no chain"),
			(vec![identity(7, 1), identity(8, 2)], 1, "another network"),
			(vec![identity(7, 1), identity(7, 2), identity(7, 1)], 2, "twice"),
			(vec![identity(7, 2)], 0, "chain 1 is not named"),
		];
		for (identities, place, reason) in cases {
			let (found, said) = check_identities(&identities).expect_err(reason);
			assert_eq!(found, place);
			assert!(said.contains(reason), "{said}");
		}
	}

	#[tokio::test]
	async fn a_configuration_that_cannot_work_should_be_refused_at_once() {
		let example: Config =
			ligature_service_kit::parse_config(Config::EXAMPLE).expect("the example");
		let example = Config { metrics: None, ..example };
		let (shutdown, _trigger) = Shutdown::manual();
		let no_relay = Config { relays: vec![], ..example.clone() };
		assert!(matches!(run(no_relay, shutdown.clone()).await, Err(OracleError::NoRelay)));
		let secret = |text: &str| crate::KeySource::Development(text.into());
		let no_key = Config { member: secret("Alice"), ..example.clone() };
		let error = run(no_key, shutdown.clone()).await;
		assert!(matches!(error, Err(OracleError::Key(KeyError::NotDevelopment))));
		let no_account = Config { account: secret("//Alice/soft//"), ..example.clone() };
		let error = run(no_account, shutdown.clone()).await;
		assert!(matches!(error, Err(OracleError::Key(_))), "{error:?}");
		let no_address = Config { chains: vec!["nowhere".into()], ..example };
		let error = run(no_address, shutdown).await;
		assert!(matches!(error, Err(OracleError::Chain { .. })), "{error:?}");
	}

	#[tokio::test]
	async fn an_oracle_should_wait_for_its_chains_and_end_when_asked() {
		let example: Config =
			ligature_service_kit::parse_config(Config::EXAMPLE).expect("the example");
		// A port on which nobody listens: one that was free a moment ago.
		let free = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
		let url = format!("ws://{}", free.local_addr().expect("bound"));
		drop(free);
		let config = Config { metrics: None, chains: vec![url], ..example };
		let (shutdown, trigger) = Shutdown::manual();
		let running = tokio::spawn(run(config, shutdown));
		sleep(Duration::from_millis(300)).await;
		assert!(!running.is_finished(), "it waits");
		trigger.request();
		let ended = tokio::time::timeout(Duration::from_secs(20), running).await;
		ended.expect("it ends").expect("no panic").expect("no error");
	}
}
