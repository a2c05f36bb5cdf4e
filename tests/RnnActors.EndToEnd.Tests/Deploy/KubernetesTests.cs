using System.Globalization;
using System.Text.Json.Nodes;
using k8s;
using Xunit;

namespace RnnActors.EndToEnd.Tests.Deploy;

public sealed class KubernetesTests
{
    private readonly KubernetesFiles _files = KubernetesFiles.Read();

    private JsonObject Candidates => _files.Find("StatefulSet", "rnnactors-coordinator");

    [Fact]
    public void Every_file_is_applied_but_the_job()
    {
        var applied = _files.Kustomization["resources"].Texts().Append("train.yaml").Append("fetch.yaml").Append("kustomization.yaml")
            .Order(StringComparer.Ordinal);
        Assert.Equal(Directory.GetFiles(KubernetesFiles.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal), applied);
    }

    [Fact]
    public void Every_node_asks_all_candidates_by_the_names_that_the_headless_service_gives_them()
    {
        string service = Candidates["spec"]!["serviceName"].Text();
        Assert.Equal("None", _files.Find("Service", service)["spec"]!["clusterIP"].Text());
        Assert.Equal("true", _files.Find("Service", service)["spec"]!["publishNotReadyAddresses"].Text());
        var coordinator = _files.Command(Candidates);
        string[] expected =
        [
            .. Enumerable.Range(0, int.Parse(Candidates["spec"]!["replicas"].Text(), CultureInfo.InvariantCulture))
                .Select(i => $"{KubernetesFiles.Name(Candidates)}-{i}.{service}:{coordinator["Port"]}"),
        ];
        Assert.Equal(expected, coordinator.Join);
        Assert.Equal("pod-0." + service, coordinator["PublicHost"]);
        Assert.Equal(expected, _files.Command(_files.Find("Job", "rnnactors-train")).Option("--cluster").Split(','));
    }

    [Fact]
    public void Every_file_says_nothing_that_Kubernetes_does_not_know()
    {
        foreach (string file in Directory.GetFiles(KubernetesFiles.Folder).Where(file => Path.GetFileName(file) != "kustomization.yaml"))
            Assert.NotEmpty(KubernetesYaml.LoadAllFromString(File.ReadAllText(file), null, true));
    }

    [Fact]
    public void Every_pod_has_limits_a_priority_and_a_certificate_of_its_own()
    {
        string[] classes = [.. _files.Objects.Where(item => item["kind"].Text() == "PriorityClass").Select(KubernetesFiles.Name)];
        foreach (var workload in _files.Workloads)
        {
            Assert.Contains(KubernetesFiles.Pod(workload)["priorityClassName"].Text(), classes);
            foreach (string resource in (string[])["cpu", "memory", "ephemeral-storage"])
                Assert.NotNull(KubernetesFiles.Container(workload)["resources"]!["limits"]![resource]);
            Assert.All(KubernetesFiles.Pod(workload)["volumes"]!.AsArray().Where(volume => volume!["emptyDir"] is not null),
                volume => Assert.NotNull(volume!["emptyDir"]!["sizeLimit"]));
            if (workload["kind"].Text() == "Job") continue;
            var shown = KubernetesFiles.Container(workload)["volumeMounts"]!.AsArray().Where(mount => mount!["name"].Text() == "certificates").ToArray();
            Assert.Equal(["$(POD_NAME).crt", "$(POD_NAME).key", "ca.crt"], shown.Select(mount => (mount!["subPathExpr"] ?? mount["subPath"]).Text()));
        }
    }

    [Fact]
    public void Pods_of_the_cluster_alone_reach_its_ports()
    {
        var policy = _files.Find("NetworkPolicy", "rnnactors")["spec"]!;
        string[] ports = [.. policy["ingress"]!.AsArray().Single()!["ports"]!.AsArray().Select(port => port!["port"].Text())];
        Assert.Equal([_files.Command(Candidates)["Port"], _files.Command(Candidates)["ChannelPort"]], ports);
        string label = policy["podSelector"]!["matchLabels"]!["app.kubernetes.io/name"].Text();
        Assert.Equal(label, policy["ingress"]!.AsArray().Single()!["from"]!.AsArray().Single()!["podSelector"]!["matchLabels"]!["app.kubernetes.io/name"]
            .Text());
        Assert.Equal(label, _files.Kustomization["labels"]!.AsArray().Single()!["pairs"]!["app.kubernetes.io/name"].Text());
        Assert.Equal(label, _files.Find("Job", "rnnactors-train")["spec"]!["template"]!["metadata"]!["labels"]!["app.kubernetes.io/name"].Text());
    }

    [Fact]
    public void The_model_that_the_job_trains_stays_on_a_claim_that_a_pod_can_read()
    {
        string claim = KubernetesFiles.Name(_files.Objects.Single(item => item["kind"].Text() == "PersistentVolumeClaim"));
        foreach (var pod in (JsonNode[])[KubernetesFiles.Pod(_files.Find("Job", "rnnactors-train")), _files.Find("Pod", "rnnactors-fetch")["spec"]!])
            Assert.Equal(claim, pod["volumes"]!.AsArray().Single(volume => volume!["name"].Text() == "data")!["persistentVolumeClaim"]!["claimName"].Text());
    }

    [Fact]
    public void Ports_are_those_of_the_configuration()
    {
        foreach (var workload in _files.Workloads.Where(item => item["kind"].Text() != "Job"))
        {
            foreach (var port in KubernetesFiles.Container(workload)["ports"]!.AsArray()) AssertPort(port!["name"].Text(), port["containerPort"].Text());
        }

        foreach (var port in _files.Find("Service", "rnnactors-coordinator")["spec"]!["ports"]!.AsArray())
            AssertPort(port!["name"].Text(), port["port"].Text());

        void AssertPort(string name, string number) => Assert.Equal(_files.Command(Candidates)[name == "channel" ? "ChannelPort" : "Port"], number);
    }

    [Fact]
    public void Selectors_find_the_pods_that_they_mean()
    {
        foreach (var item in _files.Objects)
        {
            if ((item["spec"]?["selector"]?["matchLabels"] ?? item["spec"]?["selector"]) is not JsonObject selector) continue;
            var found = _files.Workloads.Where(workload =>
                selector.All(label => workload["spec"]!["template"]!["metadata"]!["labels"]![label.Key]?.Text() == label.Value.Text()));
            Assert.Equal(KubernetesFiles.Name(item), KubernetesFiles.Name(Assert.Single(found)));
        }
    }

    [Fact]
    public void Containers_are_the_image_that_compose_builds_without_any_right()
    {
        var dockerfile = new DockerfileText();
        foreach (var workload in _files.Workloads)
        {
            var container = KubernetesFiles.Container(workload);
            Assert.Equal("rnnactors", container["image"].Text());
            Assert.Equal("true", container["securityContext"]!["readOnlyRootFilesystem"].Text());
            Assert.Equal(["ALL"], container["securityContext"]!["capabilities"]!["drop"].Texts());
            Assert.Equal("true", KubernetesFiles.Pod(workload)["securityContext"]!["runAsNonRoot"].Text());
            foreach (string probe in (string[])["startupProbe", "readinessProbe", "livenessProbe"])
                if (container[probe] is { } body) Assert.Equal(dockerfile.EntryPoint, body["exec"]!["command"].Texts().Take(1));
        }
    }

    [Fact]
    public void Every_folder_of_a_command_is_a_mount()
    {
        foreach (var workload in _files.Workloads)
        {
            var command = _files.Command(workload);
            string[] mounts = [.. KubernetesFiles.Container(workload)["volumeMounts"]!.AsArray().Select(mount => mount!["mountPath"].Text())];
            var paths = command.Environment.Values.Concat(command.Arguments).Where(value => value.StartsWith('/'));
            Assert.All(paths, path => Assert.Contains(mounts, mount => path == mount || path.StartsWith(mount + "/", StringComparison.Ordinal)));
            var volumes = KubernetesFiles.Pod(workload)["volumes"]!.AsArray()
                .Concat(workload["spec"]!["volumeClaimTemplates"]?.AsArray().Select(claim => claim!["metadata"]) ?? []);
            Assert.Equal(
                KubernetesFiles.Container(workload)["volumeMounts"]!.AsArray().Select(mount => mount!["name"].Text()).Distinct().Order(StringComparer.Ordinal),
                volumes.Select(volume => volume!["name"].Text()).Order(StringComparer.Ordinal));
        }
    }
}
