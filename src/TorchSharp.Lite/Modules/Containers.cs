using System.Collections;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>Modules one after another.</summary>
        public class Sequential : nn.Module<Tensor, Tensor>
        {
            private readonly List<nn.IModule<Tensor, Tensor>> chain = [];

            /// <summary>Named modules one after another.</summary>
            protected internal Sequential(params (string name, nn.Module<Tensor, Tensor> module)[] modules) : base(nameof(Sequential))
            {
                foreach (var (name, module) in modules) append(name, module);
            }

            /// <summary>Modules one after another, named by their positions.</summary>
            protected internal Sequential(params nn.Module<Tensor, Tensor>[] modules) : base(nameof(Sequential))
            {
                foreach (var module in modules) append(module);
            }

            /// <summary>The number of modules.</summary>
            public int Count => chain.Count;

            /// <summary>A module by its position.</summary>
            [System.Runtime.CompilerServices.IndexerName("SequentialItems")]
            public nn.IModule<Tensor, Tensor> this[int index] => chain[index];

            /// <summary>Adds a named module at the end.</summary>
            public Sequential append(string name, nn.IModule<Tensor, Tensor> module)
            {
                register_module(name, (nn.Module)module);
                chain.Add(module);
                return this;
            }

            /// <summary>Adds a module at the end, named by its position.</summary>
            public Sequential append(nn.IModule<Tensor, Tensor> module) => append(chain.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), module);

            /// <summary>Applies the modules in turn; what lies between them is disposed.</summary>
            public override Tensor forward(Tensor tensor)
            {
                if (chain.Count == 0) return tensor.alias();
                var current = chain[0].call(tensor);
                foreach (var module in chain.Skip(1))
                {
                    var next = module.call(current);
                    if (next != (object)current && current != (object)tensor) current.Dispose();
                    current = next;
                }
                return current;
            }

            /// <inheritdoc/>
            protected override void RegisterComponents() { }
        }

        /// <summary>A list of modules, registered under their positions.</summary>
        public class ModuleList<T> : nn.Module, IReadOnlyList<T> where T : nn.Module
        {
            private readonly List<T> list = [];

            /// <summary>A list of the modules.</summary>
            public ModuleList(params T[] modules) : base("ModuleList") => append(modules);

            /// <summary>The number of modules.</summary>
            public int Count => list.Count;

            /// <summary>A module by its position.</summary>
            public T this[int index] => list[index];

            /// <summary>Adds a module at the end.</summary>
            public void Add(T item)
            {
                register_module(list.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), item);
                list.Add(item);
            }

            /// <summary>Adds modules at the end.</summary>
            public void append(params T[] parameters)
            {
                foreach (var module in parameters) Add(module);
            }

            /// <inheritdoc/>
            public IEnumerator<T> GetEnumerator() => list.GetEnumerator();

            IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

            /// <inheritdoc/>
            protected override void RegisterComponents() { }
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Modules one after another, named by their positions.</summary>
            public static Sequential Sequential(params Module<Tensor, Tensor>[] modules) => new(modules);

            /// <summary>Named modules one after another.</summary>
            public static Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) => new(modules);

            /// <summary>Modules one after another, named by their positions.</summary>
            public static Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules) => new(modules.ToArray());

            /// <summary>Named modules one after another.</summary>
            public static Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules) => new(modules.ToArray());

            /// <summary>No module yet; see <see cref="Sequential.append(IModule{Tensor, Tensor})"/>.</summary>
            public static Sequential Sequential() => new(Array.Empty<Module<Tensor, Tensor>>());

            /// <summary>A list of modules, registered under their positions.</summary>
            public static ModuleList<T> ModuleList<T>(params T[] modules) where T : Module => new(modules);
        }
    }
}
