// SPDX-License-Identifier: Apache-2.0

//! Who listens where. All of it is on the loopback interface.

use std::net::{Ipv4Addr, TcpListener};

use clap::Args;

use super::error::DevnetError;

/// What the command line says about ports.
#[derive(Clone, Debug, Default, Args)]
pub struct Wishes {
	/// Take the ports from this one on, instead of free ones
	#[arg(long, value_name = "PORT")]
	pub base_port: Option<u16>,

	/// JSON-RPC port of alpha
	#[arg(long, value_name = "PORT")]
	pub alpha_rpc_port: Option<u16>,

	/// JSON-RPC port of beta
	#[arg(long, value_name = "PORT")]
	pub beta_rpc_port: Option<u16>,

	/// JSON-RPC port of the operator
	#[arg(long, value_name = "PORT")]
	pub operator_rpc_port: Option<u16>,
}

/// The ports of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodePorts {
	/// JSON-RPC.
	pub rpc: u16,
	/// Other nodes.
	pub p2p: u16,
	/// Prometheus.
	pub metrics: u16,
}

/// All ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ports {
	/// Of the nodes, in the order of the chains.
	pub nodes: [NodePorts; 2],
	/// The operator's JSON-RPC.
	pub operator: u16,
	/// The operator's own people.
	pub admin: u16,
	/// The operator's metrics and health.
	pub operator_metrics: u16,
	/// The oracles' metrics and health.
	pub oracle_metrics: Vec<u16>,
}

impl Ports {
	/// Chooses: what is wished for, else the next from the base on, else a free one. All are free at this
	/// moment; nothing keeps others from taking one before it is used, and then the process that wanted it says so.
	///
	/// # Errors
	///
	/// [`DevnetError::PortTaken`], [`DevnetError::PortRange`], [`DevnetError::SamePort`], [`DevnetError::System`].
	pub fn choose(wishes: &Wishes, oracles: u8) -> Result<Self, DevnetError> {
		let mut wanted: Vec<(String, Option<u16>)> = Vec::new();
		for (chain, rpc) in [("alpha", wishes.alpha_rpc_port), ("beta", wishes.beta_rpc_port)] {
			wanted.push((format!("{chain}'s JSON-RPC"), rpc));
			wanted.push((format!("{chain}'s neighbours"), None));
			wanted.push((format!("{chain}'s metrics"), None));
		}
		wanted.push(("the operator's JSON-RPC".into(), wishes.operator_rpc_port));
		wanted.push(("the operator's administration".into(), None));
		wanted.push(("the operator's metrics".into(), None));
		let oracles = (1..=oracles).map(|number| (format!("the metrics of oracle-{number}"), None));
		wanted.extend(oracles);

		let ports = resolve(&wanted, wishes.base_port)?;
		let node =
			|at: usize| NodePorts { rpc: ports[at], p2p: ports[at + 1], metrics: ports[at + 2] };
		Ok(Self {
			nodes: [node(0), node(3)],
			operator: ports[6],
			admin: ports[7],
			operator_metrics: ports[8],
			oracle_metrics: ports[9..].to_vec(),
		})
	}
}

/// A port for each wish, in their order.
fn resolve(wanted: &[(String, Option<u16>)], base: Option<u16>) -> Result<Vec<u16>, DevnetError> {
	// All listen until the last is chosen, so that no port is given twice.
	let mut listeners = Vec::new();
	let mut taken: Vec<(u16, &str)> = Vec::new();
	let fixed = |place: usize, wish: Option<u16>| match (wish, base) {
		(Some(port), _) => Ok(Some(port)),
		(None, None) => Ok(None),
		(None, Some(base)) => {
			let port = u16::try_from(usize::from(base) + place);
			port.map(Some).map_err(|_| DevnetError::PortRange { base, count: wanted.len() })
		},
	};
	// The fixed ones first: a free one must not stand where a fixed one will.
	let mut ports = vec![0; wanted.len()];
	for (place, (what, wish)) in wanted.iter().enumerate() {
		let Some(port) = fixed(place, *wish)?.filter(|port| *port != 0) else { continue };
		if let Some((_, first)) = taken.iter().find(|(other, _)| *other == port) {
			let (first, second) = ((*first).to_owned(), what.clone());
			return Err(DevnetError::SamePort { port, first, second });
		}
		let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
			.map_err(|_| DevnetError::PortTaken { port, what: what.clone() })?;
		listeners.push(listener);
		taken.push((port, what));
		ports[place] = port;
	}
	for port in ports.iter_mut().filter(|port| **port == 0) {
		let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| {
			*port = listener.local_addr()?.port();
			Ok(listener)
		});
		listeners.push(bound.map_err(DevnetError::system("a free port"))?);
	}
	Ok(ports)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test reports")]
mod tests {
	use super::*;
	use std::collections::BTreeSet;

	fn all(ports: &Ports) -> Vec<u16> {
		let nodes = ports.nodes.iter().flat_map(|node| [node.rpc, node.p2p, node.metrics]);
		let operator = [ports.operator, ports.admin, ports.operator_metrics];
		nodes.chain(operator).chain(ports.oracle_metrics.iter().copied()).collect()
	}

	/// A base with enough free ports after it.
	fn base(count: u16) -> u16 {
		(20_000..60_000)
			.step_by(50)
			.find(|base| {
				(*base..*base + count)
					.all(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok())
			})
			.unwrap()
	}

	#[test]
	fn free_ports_should_be_free_and_different() {
		let ports = all(&Ports::choose(&Wishes::default(), 4).unwrap());
		assert_eq!(ports.len(), 13);
		assert_eq!(ports.iter().collect::<BTreeSet<_>>().len(), 13);
		for port in ports {
			TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
		}
	}

	#[test]
	fn ports_should_be_those_that_were_wished_for() {
		let base = base(15);
		let wishes =
			Wishes { base_port: Some(base), beta_rpc_port: Some(base + 14), ..Wishes::default() };
		let ports = Ports::choose(&wishes, 4).unwrap();
		let mut expected: Vec<_> = (base..base + 13).collect();
		expected[3] = base + 14;
		assert_eq!(all(&ports), expected);
		assert_eq!(ports.nodes[1].rpc, base + 14);
		assert_eq!(ports.operator, base + 6);
	}

	#[test]
	fn a_port_that_cannot_be_had_should_be_refused_by_name() {
		let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
		let port = listener.local_addr().unwrap().port();
		let taken = Wishes { operator_rpc_port: Some(port), ..Wishes::default() };
		let error = Ports::choose(&taken, 4).unwrap_err().to_string();
		assert!(error.contains(&format!("port {port} for the operator's JSON-RPC")), "{error}");

		drop(listener);
		let twice = Wishes { alpha_rpc_port: Some(port), ..taken };
		let error = Ports::choose(&twice, 0).unwrap_err().to_string();
		assert!(error.contains("asked for twice, for alpha's JSON-RPC and"), "{error}");

		let end = Wishes { base_port: Some(u16::MAX), ..Wishes::default() };
		let error = Ports::choose(&end, 4).unwrap_err();
		let expected =
			matches!(error, DevnetError::PortRange { .. } | DevnetError::PortTaken { .. });
		assert!(expected, "{error}");
	}
}
