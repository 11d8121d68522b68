using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>
        /// A part of a model: parameters, buffers and submodules under names. A subclass assigns them to fields and then calls
        /// <see cref="RegisterComponents"/>.
        /// </summary>
        public abstract class Module : IDisposable
        {
            private readonly string name;
            private readonly OrderedDictionary<string, Module> submodules = [];
            private readonly OrderedDictionary<string, Parameter> ownParameters = [];
            private readonly OrderedDictionary<string, (Tensor Tensor, bool Persistent)> ownBuffers = [];
            private bool registered;

            /// <summary>A module with a name for messages.</summary>
            protected Module(string name) => this.name = name;

            /// <summary>Whether the module is training; modules such as dropout compute differently when not.</summary>
            public virtual bool training { get; private set; } = true;

            /// <summary>The module's name.</summary>
            public virtual string GetName() => name;

            /// <summary>Switches the module and its submodules to training.</summary>
            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var module in submodules.Values) module.train(train);
            }

            /// <summary>Switches the module and its submodules to evaluation.</summary>
            public virtual void eval() => train(false);

            /// <summary>Removes the gradients, or sets them to zero.</summary>
            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                {
                    using var gradient = parameter.grad;
                    if (gradient is null) continue;
                    if (set_to_none) parameter.grad = null;
                    else using (no_grad()) gradient.zero_();
                }
            }

            /// <summary>Applies a function to the submodules and then to the module.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                foreach (var module in submodules.Values) module.apply(fn);
                fn(this);
                return this;
            }

            /// <summary>The submodules with their names; not theirs.</summary>
            public virtual IEnumerable<(string name, Module module)> named_children() => submodules.Select(entry => (entry.Key, entry.Value));

            /// <summary>The submodules; not theirs.</summary>
            public virtual IEnumerable<Module> children() => submodules.Values;

            /// <summary>All modules below this one with their dotted names.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var (key, module) in named_children())
                {
                    yield return (key, module);
                    foreach (var (below, inner) in module.named_modules()) yield return ($"{key}.{below}", inner);
                }
            }

            /// <summary>All modules below this one.</summary>
            public virtual IEnumerable<Module> modules() => named_modules().Select(entry => entry.module);

            /// <summary>The parameters with their dotted names.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                foreach (var (key, parameter) in ownParameters) yield return (key, parameter);
                if (!recurse) yield break;
                foreach (var (key, module) in named_children())
                    foreach (var (below, parameter) in module.named_parameters()) yield return ($"{key}.{below}", parameter);
            }

            /// <summary>The parameters.</summary>
            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(entry => entry.parameter);

            /// <summary>The buffers with their dotted names.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                foreach (var (key, (buffer, persistent)) in ownBuffers)
                    if (persistent || include_nonpersistent) yield return (key, buffer);
                if (!recurse) yield break;
                foreach (var (key, module) in named_children())
                    foreach (var (below, buffer) in module.named_buffers(true, include_nonpersistent)) yield return ($"{key}.{below}", buffer);
            }

            /// <summary>The buffers.</summary>
            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) => named_buffers(recurse, include_nonpersistent).Select(entry => entry.buffer);

            /// <summary>The parameter of a dotted name; null if there is none.</summary>
            public virtual Parameter? get_parameter(string target) => named_parameters().FirstOrDefault(entry => entry.name == target).parameter;

            /// <summary>The buffer of a dotted name; null if there is none.</summary>
            public virtual Tensor? get_buffer(string target) => named_buffers().FirstOrDefault(entry => entry.name == target).buffer;

            /// <summary>Registers a parameter under a name.</summary>
            public virtual void register_parameter(string name, Parameter param)
            {
                ArgumentNullException.ThrowIfNull(param);
                if (!ownParameters.TryAdd(name, param)) throw new InvalidOperationException($"Got parameter `{name}` twice.");
            }

            /// <summary>Registers a tensor that is saved and moved, not learned.</summary>
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                if (!ownBuffers.TryAdd(name, (tensor, persistent))) throw new InvalidOperationException($"Got buffer `{name}` twice.");
            }

            /// <summary>Registers a submodule under a name.</summary>
            public virtual void register_module(string name, Module submodule)
            {
                if (name.Length == 0 || name.Contains('.')) throw new ArgumentException($"Got `{name}` for a module's name; expected one without dots.");
                if (!submodules.TryAdd(name, submodule)) throw new InvalidOperationException($"Got module `{name}` twice.");
                submodule.RegisterComponents();
            }

            /// <summary>Registers a submodule under a name.</summary>
            public void add_module(string name, Module module) => register_module(name, module);

            /// <summary>Registers every field that holds a module, a parameter or a tensor under the field's name.</summary>
            protected virtual void RegisterComponents()
            {
                if (registered) return;
                registered = true;
                foreach (var field in Fields(GetType()))
                {
                    if (submodules.ContainsKey(field.Name) || ownParameters.ContainsKey(field.Name) || ownBuffers.ContainsKey(field.Name)) continue;
                    switch (field.GetValue(this))
                    {
                        case Module module: register_module(field.Name, module); break;
                        case Parameter parameter: register_parameter(field.Name, parameter); break;
                        case Tensor tensor: register_buffer(field.Name, tensor); break;
                    }
                }
            }

            /// <summary>Registers a parameter, replaces it, or removes it where it is null.</summary>
            protected void ConditionallyRegisterParameter(string name, Parameter? value)
            {
                if (value is null) ownParameters.Remove(name);
                else ownParameters[name] = value;
            }

            /// <summary>Removes all submodules.</summary>
            protected void ClearModules() => submodules.Clear();

            /// <summary>The persistent tensors under their dotted names: the tensors themselves, not copies.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                foreach (var (key, tensor) in named_parameters().Select(entry => (entry.name, (Tensor)entry.parameter)).Concat(named_buffers(include_nonpersistent: false)))
                    destination.TryAdd(string.IsNullOrEmpty(prefix) ? key : $"{prefix}.{key}", tensor);
                return destination;
            }

            /// <summary>Copies tensors into the module's by name.</summary>
            /// <exception cref="InvalidOperationException"><paramref name="strict"/>, and the names differ.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                var own = state_dict();
                var missing = own.Keys.Where(key => !source.ContainsKey(key) && skip?.Contains(key) != true).ToList();
                var unexpected = source.Keys.Where(key => !own.ContainsKey(key) && skip?.Contains(key) != true).ToList();
                if (strict && missing.Count + unexpected.Count > 0)
                    throw new InvalidOperationException($"Got a state without [{string.Join(", ", missing)}] and with unknown [{string.Join(", ", unexpected)}]; expected the module's own names.");
                using var guard = no_grad();
                foreach (var (key, tensor) in source)
                    if (skip?.Contains(key) != true && own.TryGetValue(key, out var target)) target.copy_(tensor);
                return (missing, unexpected);
            }

            /// <summary>Moves and converts all tensors. Each keeps its identity, so optimizers keep their parameters.</summary>
            internal void Move(Device? device, ScalarType? type, bool nonBlocking)
            {
                foreach (var tensor in parameters().Concat(buffers()))
                {
                    var wanted = type is { } given && tensor.is_floating_point() ? given : tensor.dtype;
                    tensor.Move(wanted, device ?? tensor.device, nonBlocking);
                }
            }

            /// <summary>Disposes the module's tensors and submodules.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <summary>Disposes the module's tensors and submodules.</summary>
            protected virtual void Dispose(bool disposing)
            {
                if (!disposing) return;
                foreach (var parameter in ownParameters.Values) parameter.Dispose();
                foreach (var (buffer, _) in ownBuffers.Values) buffer.Dispose();
                foreach (var module in submodules.Values) module.Dispose();
            }

            private static IEnumerable<FieldInfo> Fields(Type? type)
            {
                // Base classes first, each in the order of its source, as Python would register them.
                if (type is null || type == typeof(Module)) return [];
                const BindingFlags own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;
                return Fields(type.BaseType).Concat(type.GetFields(own));
            }
        }

        /// <summary>What computes a result from one argument.</summary>
        public interface IModule<in T, out TResult>
        {
            /// <summary>Computes the result.</summary>
            TResult call(T input1);
        }

        /// <summary>A module with one argument.</summary>
        public abstract class Module<T, TResult> : Module, IModule<T, TResult>
        {
            /// <summary>A module with a name for messages.</summary>
            protected Module(string name) : base(name) { }

            /// <summary>Computes the result.</summary>
            public abstract TResult forward(T input);

            /// <summary>Computes the result.</summary>
            public TResult call(T input) => forward(input);
        }

        /// <summary>A module with two arguments.</summary>
        public abstract class Module<T1, T2, TResult> : Module
        {
            /// <summary>A module with a name for messages.</summary>
            protected Module(string name) : base(name) { }

            /// <summary>Computes the result.</summary>
            public abstract TResult forward(T1 input1, T2 input2);

            /// <summary>Computes the result.</summary>
            public TResult call(T1 input1, T2 input2) => forward(input1, input2);
        }
    }

    public partial class Tensor
    {
        /// <summary>Moves and converts the tensor itself, its gradient too; for what a module holds.</summary>
        internal void Move(ScalarType type, Device device, bool nonBlocking)
        {
            if (type == dtype && device.type == device_type && (device.index < 0 || device.index == device_index)) return;
            using var guard = no_grad();
            using var before = grad;
            var moved = Lite.Dispatcher.Call("to.device", this, device, type, nonBlocking, false);
            var needs = requires_grad;
            moved.DetachFromDisposeScope();
            var old = Interlocked.Exchange(ref handle, moved.MoveHandle());
            Lite.Native.tl_release(old);
            requires_grad = needs;
            if (before is not null) using (var after = before.to(type, device)) grad = after;
        }
    }
}

/// <summary>Moves modules between devices and types.</summary>
public static class ModuleExtensionMethods
{
    /// <summary>Converts the module's floating-point tensors; returns the module.</summary>
    public static T to<T>(this T module, torch.ScalarType type, bool non_blocking = false) where T : torch.nn.Module => module.Moved(null, type, non_blocking);

    /// <summary>Moves and converts the module's tensors; returns the module.</summary>
    public static T to<T>(this T module, torch.Device device, torch.ScalarType type, bool non_blocking = false) where T : torch.nn.Module => module.Moved(device, type, non_blocking);

    /// <summary>Moves the module's tensors; returns the module.</summary>
    public static T to<T>(this T module, DeviceType deviceType, int deviceIndex = -1, bool non_blocking = false) where T : torch.nn.Module => module.Moved(new(deviceType, deviceIndex), null, non_blocking);

    /// <summary>Moves the module's tensors; returns the module.</summary>
    public static T to<T>(this T module, torch.Device device, bool non_blocking = false) where T : torch.nn.Module => module.Moved(device, null, non_blocking);

    /// <summary>Moves the module's tensors; returns the module.</summary>
    public static T to<T>(this T module, string device, bool non_blocking = false) where T : torch.nn.Module => module.Moved(new(device), null, non_blocking);

    /// <summary>Moves the module's tensors to main memory; returns the module.</summary>
    public static T cpu<T>(this T module, bool non_blocking = false) where T : torch.nn.Module => module.Moved(torch.CPU, null, non_blocking);

    /// <summary>Moves the module's tensors to a CUDA device; returns the module.</summary>
    public static T cuda<T>(this T module, int deviceIndex = -1, bool non_blocking = false) where T : torch.nn.Module => module.Moved(new(DeviceType.CUDA, deviceIndex), null, non_blocking);

    private static T Moved<T>(this T module, torch.Device? device, torch.ScalarType? type, bool nonBlocking) where T : torch.nn.Module
    {
        module.Move(device is null ? null : torch.InitializeDevice(device), type, nonBlocking);
        return module;
    }
}
